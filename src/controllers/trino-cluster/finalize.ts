/**
 * Orders a deletion: workers drain first, then everything goes by garbage collection.
 * It never hangs: the drain has a limit, and whatever is gone already, or may not be done by then, is left.
 */
import { observePod } from "../../lifecycle/observe.ts";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { isNotFound } from "../../runtime/api-error.ts";
import type { Result } from "../../runtime/controller-types.ts";
import type { NamespacedName } from "../../runtime/object.ts";
import { COMPONENT_LABEL, FINALIZER } from "../../trino/labels.ts";
import { metastoreDatabaseName, metastoreVolumeName } from "../../trino/names.ts";
import { KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { unlessGone } from "./execute/unless-gone.ts";

const DELETION_DRAIN_TIMEOUT_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 5_000;

/** Of `kubectl delete --cascade=orphan`: what was made shall stay. Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/ */
const ORPHAN = "orphan";

/**
 * Adds our finalizer, and returns false when the object is gone already: nobody could clean up after it any more. Throws
 * a conflict when the object is outdated, so that another writer's finalizer is not lost, and none is added to a deletion.
 */
export async function ensureFinalizer(object: LiveTrinoCluster, ctx: Context): Promise<boolean> {
  const finalizers = object.metadata.finalizers ?? [];
  return finalizers.includes(FINALIZER) || setFinalizers(object, [...finalizers, FINALIZER], ctx);
}

/** One step of a deletion. */
export async function finalize(object: LiveTrinoCluster, ctx: Context): Promise<Result> {
  const { finalizers = [] } = object.metadata;
  if (!finalizers.includes(FINALIZER)) return {};
  if (!finalizers.includes(ORPHAN)) {
    if (await drains(object, ctx)) return { requeueAfterMs: LOOK_AGAIN_MS };
    if (object.spec.hiveMetastore?.retentionPolicy === "Delete") await unlessLate(object, deleteRetained(object, ctx), ctx);
  }
  await setFinalizers(
    object,
    finalizers.filter((name) => name !== FINALIZER),
    ctx,
  );
  ctx.references.forget(object.metadata.uid ?? "");
  ctx.trino.forget(object.metadata.uid ?? "");
  ctx.recalled.forget(object.metadata.uid ?? "");
  ctx.metrics.forget(object.metadata.namespace ?? "", object.metadata.name);
  return {};
}

/** Stops the workers, and tells whether there are still some that may drain. An operator that was away stops them late. */
async function drains(object: LiveTrinoCluster, ctx: Context): Promise<boolean> {
  const pods = ctx.stores.pods
    .byIndex(BY_CLUSTER, object.metadata.uid ?? "")
    .map(observePod)
    .filter((pod) => pod.component === "worker" && !pod.ended); // nobody removes one that has ended: it goes with its Deployment
  const running = runningWorkers(object, ctx);
  if (running.length > 0) return (await unlessLate(object, stop(running, ctx), ctx)) && pods.length > 0;
  const told = pods.flatMap(({ deletingSince }) => (deletingSince === undefined ? [] : [Date.parse(deletingSince)]));
  const since = Math.max(Date.parse(object.metadata.deletionTimestamp ?? ""), ...told);
  return pods.length > 0 && ctx.now() < since + DELETION_DRAIN_TIMEOUT_MS;
}

function runningWorkers({ metadata: { uid = "" } }: LiveTrinoCluster, ctx: Context): readonly NamespacedName[] {
  return ctx.stores.deployments
    .byIndex(BY_CLUSTER, uid)
    .filter(({ metadata, spec }) => metadata.deletionTimestamp === undefined && spec?.replicas !== 0)
    .filter(({ metadata }) => metadata.labels?.[COMPONENT_LABEL] === "worker")
    .map(({ metadata: { namespace = "", name } }) => ({ namespace, name }));
}

async function stop(deployments: readonly NamespacedName[], ctx: Context): Promise<void> {
  for (const name of deployments) await ctx.patch(KINDS.Deployment, name, { spec: { replicas: 0 } }, "scale").catch(unlessGone);
}

/** True when it was done. What is refused is tried again for as long as workers may drain, and then left: a deletion never hangs. */
async function unlessLate(object: LiveTrinoCluster, attempt: Promise<void>, ctx: Context): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if (ctx.now() < Date.parse(object.metadata.deletionTimestamp ?? "") + DELETION_DRAIN_TIMEOUT_MS) throw error;
    const note = `not everything could be done before the cluster goes: ${error instanceof Error ? error.message : String(error)}`;
    ctx.recordEvent(object, { type: "Warning", reason: "DeletionIncomplete", action: "Delete", note });
    return false;
  }
}

/** Volume and password go together: a new password on an old volume never connects. */
async function deleteRetained(object: LiveTrinoCluster, ctx: Context): Promise<void> {
  const namespace = object.metadata.namespace ?? "";
  await ctx.client.delete(KINDS.PersistentVolumeClaim, { namespace, name: metastoreVolumeName(object.metadata) }).catch(unlessGone);
  await ctx.client.delete(KINDS.Secret, { namespace, name: metastoreDatabaseName(object.metadata) }).catch(unlessGone);
}

/** Whether there was an object to set them on. */
async function setFinalizers(object: LiveTrinoCluster, finalizers: readonly string[], ctx: Context): Promise<boolean> {
  const { namespace = "", name, resourceVersion } = object.metadata;
  try {
    await ctx.client.mergePatch(KINDS.TrinoCluster, { namespace, name }, { metadata: { resourceVersion, finalizers } });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
