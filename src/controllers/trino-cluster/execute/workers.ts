/** Executes the workers' part of a plan. */
import { BY_CLUSTER } from "../../../lifecycle/stores.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import { REVISION_LABEL } from "../../../trino/labels.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution, TargetRevisions } from "./execution.ts";
import { unlessGone } from "./unless-gone.ts";

/** Scales the Deployments of all revisions, and removes those that have nothing left. */
export async function applyWorkers(execution: Execution, revisions: TargetRevisions, ctx: Context): Promise<void> {
  const { cluster, resources, plan } = execution;
  for (const { revision, replicas } of plan.workers) {
    if (revision === revisions.workers.hash) await ctx.apply(resources.workers.deployment(revisions.workers, replicas));
    else await scaleOldRevision(ctx, { cluster, revision, replicas });
  }
  await retireWorkers(execution, ctx);
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
