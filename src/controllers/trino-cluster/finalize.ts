/**
 * Orders a deletion: workers drain first, then everything goes by garbage collection.
 * It never hangs: the drain has a limit, and whatever is gone already is good.
 */
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { isNotFound } from "../../runtime/api-error.ts";
import type { Result } from "../../runtime/controller-types.ts";
import { COMPONENT_LABEL, FINALIZER } from "../../trino/labels.ts";
import { metastoreDatabaseName, metastoreVolumeName } from "../../trino/names.ts";
import { KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { unlessGone } from "./execute/unless-gone.ts";

const DELETION_DRAIN_TIMEOUT_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 5_000;

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
  if (!object.metadata.finalizers?.includes(FINALIZER)) return {};
  if (!drainTimedOut(object, ctx)) {
    await stopWorkers(object, ctx);
    if (workersLeft(object, ctx)) return { requeueAfterMs: LOOK_AGAIN_MS };
  }
  if (object.spec.hiveMetastore?.retentionPolicy === "Delete") await deleteRetained(object, ctx);
  await setFinalizers(
    object,
    (object.metadata.finalizers ?? []).filter((name) => name !== FINALIZER),
    ctx,
  );
  ctx.references.forget(object.metadata.uid ?? "");
  ctx.trino.forget(object.metadata.uid ?? "");
  ctx.recalled.forget(object.metadata.uid ?? "");
  ctx.metrics.forget(object.metadata.namespace ?? "", object.metadata.name);
  return {};
}

async function stopWorkers(object: LiveTrinoCluster, ctx: Context): Promise<void> {
  const deployments = ctx.stores.deployments.byIndex(BY_CLUSTER, object.metadata.uid ?? "");
  for (const deployment of deployments) {
    const { labels, deletionTimestamp, name, namespace = "" } = deployment.metadata;
    if (labels?.[COMPONENT_LABEL] !== "worker" || deletionTimestamp !== undefined || deployment.spec?.replicas === 0) continue;
    await ctx.client.mergePatch(KINDS.Deployment, { namespace, name }, { spec: { replicas: 0 } }, "scale").catch(unlessGone);
  }
}

function workersLeft(object: LiveTrinoCluster, ctx: Context): boolean {
  return ctx.stores.pods.byIndex(BY_CLUSTER, object.metadata.uid ?? "").some((pod) => pod.metadata.labels?.[COMPONENT_LABEL] === "worker");
}

function drainTimedOut(object: LiveTrinoCluster, ctx: Context): boolean {
  return ctx.now() >= Date.parse(object.metadata.deletionTimestamp ?? "") + DELETION_DRAIN_TIMEOUT_MS;
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
