/** Execute (writes): applies what the plan allows, in an order in which nothing names what is not there yet. */
import type { Plan } from "../../lifecycle/plan-types.ts";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { isConflict, isNotFound } from "../../runtime/api-error.ts";
import type { Cluster } from "../../trino/cluster.ts";
import { REVISION_LABEL } from "../../trino/labels.ts";
import type { MetastoreResources, Resources } from "../../trino/resources.ts";
import { KINDS } from "../kinds.ts";
import type { Context } from "./context.ts";
import { ensureGeneratedSecret } from "./generated-secret.ts";
import { pruneRevisions } from "./prune-revisions.ts";

/** What there is to execute, for which cluster. */
export interface Execution {
  readonly cluster: Cluster;
  readonly resources: Resources;
  readonly plan: Plan;
}

/** Executes a plan. */
export async function execute(execution: Execution, ctx: Context): Promise<void> {
  const { resources } = execution;
  await Promise.all(resources.base.map(ctx.apply));
  await Promise.all([
    applyMetastore(execution, ctx),
    applyRevisions(resources, ctx).then(() => Promise.all([applyCoordinator(execution, ctx), applyWorkers(execution, ctx)])),
  ]);
  await retireWorkers(execution, ctx);
  await pruneRevisions(execution, ctx);
}

/** Configuration is immutable and named by content, so applying it disturbs nothing; it must be there before any pod names it. */
async function applyRevisions({ coordinator, workers }: Resources, ctx: Context): Promise<void> {
  const revisions = [coordinator.revision, workers.revision];
  await Promise.all(revisions.flatMap((revision) => revision.configuration).map(ctx.apply));
  await Promise.all(revisions.map((revision) => ctx.apply(revision.record)));
}

async function applyCoordinator({ cluster, resources, plan }: Execution, ctx: Context): Promise<void> {
  const { coordinator } = plan;
  switch (coordinator.kind) {
    case "keep":
      return;
    case "apply":
      return ctx.apply(resources.coordinator.statefulSet(resources.coordinator.revision, coordinator.replicas));
    case "replace":
      await ctx.apply(resources.coordinator.statefulSet(resources.coordinator.revision, 1));
      return deletePod(ctx, { namespace: cluster.namespace, ...coordinator.pod });
    default:
      coordinator satisfies never;
  }
}

/** The UID makes it harmless when the pod was replaced meanwhile. */
async function deletePod(ctx: Context, { namespace, name, uid }: { namespace: string; name: string; uid: string }): Promise<void> {
  await ctx.client.delete(KINDS.Pod, { namespace, name }, { uid }).catch(unlessGone);
}

async function applyWorkers({ cluster, resources, plan }: Execution, ctx: Context): Promise<void> {
  const target = resources.workers.revision;
  for (const { revision, replicas } of plan.workers) {
    if (revision === target.hash) await ctx.apply(resources.workers.deployment(target, replicas));
    else await scaleOldRevision(ctx, { cluster, revision, replicas });
  }
}

/** An old revision's template is left as it is: only its replicas change. */
async function scaleOldRevision(ctx: Context, old: { cluster: Cluster; revision: string; replicas: number }): Promise<void> {
  const deployment = ctx.stores.deployments
    .byIndex(BY_CLUSTER, old.cluster.uid)
    .find((candidate) => candidate.metadata.labels?.[REVISION_LABEL] === old.revision);
  if (!deployment || deployment.spec?.replicas === old.replicas) return;
  const name = { namespace: old.cluster.namespace, name: deployment.metadata.name };
  await ctx.client.mergePatch(KINDS.Deployment, name, { spec: { replicas: old.replicas } }, "scale");
}

async function retireWorkers({ cluster, plan }: Execution, ctx: Context): Promise<void> {
  for (const name of plan.retire) {
    const uid = ctx.stores.deployments.get({ namespace: cluster.namespace, name })?.metadata.uid;
    if (uid === undefined) continue;
    await ctx.client
      .delete(KINDS.Deployment, { namespace: cluster.namespace, name }, { uid, propagationPolicy: "Background" })
      .catch(unlessGone);
  }
}

async function applyMetastore({ cluster, resources: { metastore }, plan }: Execution, ctx: Context): Promise<void> {
  if (!metastore || plan.metastore === "none") return;
  for (const secret of metastore.generatedSecrets) await ensureGeneratedSecret(secret, cluster, ctx);
  await Promise.all(metastore.base.map(ctx.apply));
  for (const manifest of stageManifests(metastore, plan.metastore)) await ctx.apply(manifest);
}

/** A stage applies what the stages before it made as well, so that their drift is repaired. */
function stageManifests(metastore: MetastoreResources, stage: Exclude<Plan["metastore"], "none">): readonly Resources["base"][number][] {
  const database = metastore.database ? [metastore.database] : [];
  const schema = [...database, metastore.schemaJob];
  return { database, schema, serve: [...schema, metastore.workload] }[stage];
}

/** Gone, or replaced by a namesake with another UID: either way there is nothing left to delete. */
function unlessGone(error: unknown): void {
  if (!isNotFound(error) && !isConflict(error)) throw error;
}
