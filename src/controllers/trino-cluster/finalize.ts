/**
 * Orders a deletion: workers drain first, then everything goes by garbage collection.
 * It never hangs: the drain has a limit, and whatever is gone already, or may not be done by then, is left.
 */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import { observePod } from "../../lifecycle/observe.ts";
import { BY_CLUSTER, type Live } from "../../lifecycle/stores.ts";
import { isNotFound } from "../../runtime/api-error.ts";
import type { Result } from "../../runtime/controller-types.ts";
import type { KubernetesObject } from "../../runtime/object.ts";
import { metaTime } from "../../runtime/time.ts";
import { CLUSTER_LABEL, COMPONENT_LABEL, DELETION_ANNOTATION, FINALIZER } from "../../trino/labels.ts";
import { metastoreDatabaseName, metastoreVolumeName } from "../../trino/names.ts";
import { KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { scaleDeployment } from "./execute/scale-deployment.ts";
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
  if (!isOrphaning(object, ctx)) {
    if (await drains(object, ctx)) return { requeueAfterMs: LOOK_AGAIN_MS };
    if (object.spec.hiveMetastore?.retentionPolicy === "Delete") await deleteRetained(object, ctx);
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

/** The garbage collector takes the owner off the children, then its finalizer off the cluster, perhaps before we look. */
function isOrphaning({ metadata: { uid = "", finalizers } }: LiveTrinoCluster, { stores }: Context): boolean {
  const children: readonly KubernetesObject[] = [stores.deployments, stores.statefulSets].flatMap((store) =>
    store.byIndex(BY_CLUSTER, uid),
  );
  const orphaned = children.some(({ metadata }) => !metadata.ownerReferences?.some((owner) => owner.uid === uid));
  return finalizers?.includes(ORPHAN) === true || orphaned;
}

/** Stops the workers, and tells whether to look again while they drain. */
async function drains(object: LiveTrinoCluster, ctx: Context): Promise<boolean> {
  const running = runningWorkers(object, ctx);
  const pods = ctx.stores.pods
    .byIndex(BY_CLUSTER, object.metadata.uid ?? "")
    .map(observePod)
    .filter((pod) => pod.component === "worker" && !pod.ended); // nobody removes one that has ended: it goes with its Deployment
  if (running.length === 0 && pods.length === 0) return false;
  if (await isLate(object, ctx)) {
    if (running.length > 0)
      recordIncomplete(object, `${running.map(({ metadata }) => metadata.name).join(", ")} could not be scaled to 0`, ctx);
    return false;
  }
  for (const deployment of running) await scaleDeployment(deployment, 0, ctx);
  return true;
}

function runningWorkers({ metadata: { uid = "" } }: LiveTrinoCluster, ctx: Context): readonly Live<IDeployment>[] {
  return ctx.stores.deployments
    .byIndex(BY_CLUSTER, uid)
    .filter(({ metadata, spec }) => metadata.deletionTimestamp === undefined && spec?.replicas !== 0)
    .filter(({ metadata }) => metadata.labels?.[COMPONENT_LABEL] === "worker");
}

/**
 * Whether a deletion has had its time, which counts from the operator's first look: one that was away for longer must not let
 * coordinator and workers go together. A time that is not near, as of a clock that was wrong, is none to wait for.
 */
async function isLate(object: LiveTrinoCluster, ctx: Context): Promise<boolean> {
  const { namespace = "", name, uid, annotations } = object.metadata;
  const began = annotations?.[DELETION_ANNOTATION];
  if (began !== undefined) return !(Math.abs(ctx.now() - Date.parse(began)) < DELETION_DRAIN_TIMEOUT_MS);
  const metadata = { uid, annotations: { [DELETION_ANNOTATION]: metaTime(ctx.now()) } };
  await ctx.patch(KINDS.TrinoCluster, { namespace, name }, { metadata }).catch(unlessGone);
  return false;
}

/** What is refused is tried again, and left when the deletion has had its time. */
async function deleteRetained(object: LiveTrinoCluster, ctx: Context): Promise<void> {
  try {
    await deleteVolumeAndPassword(object, ctx);
  } catch (error) {
    if (!(await isLate(object, ctx))) throw error;
    recordIncomplete(object, error instanceof Error ? error.message : String(error), ctx);
  }
}

/** They go together: a new password on an old volume never connects. A Secret of that name without our label is a person's. */
async function deleteVolumeAndPassword({ metadata }: LiveTrinoCluster, ctx: Context): Promise<void> {
  const { namespace = "" } = metadata;
  await ctx.client.delete(KINDS.PersistentVolumeClaim, { namespace, name: metastoreVolumeName(metadata) }).catch(unlessGone);
  const password = { namespace, name: metastoreDatabaseName(metadata) };
  const secret = await ctx.client.get(KINDS.Secret, password).catch(unlessGone);
  if (secret?.metadata.labels?.[CLUSTER_LABEL] !== metadata.name) return;
  const { uid = "" } = secret.metadata;
  await ctx.client.delete(KINDS.Secret, password, { uid }).catch(unlessGone);
}

function recordIncomplete(object: LiveTrinoCluster, what: string, ctx: Context): void {
  const note = `not everything could be done before the cluster goes: ${what}`;
  ctx.recordEvent(object, { type: "Warning", reason: "DeletionIncomplete", action: "Delete", note });
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
