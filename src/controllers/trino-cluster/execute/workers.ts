/** Executes the workers' part of a plan. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { WorkerPlan } from "../../../lifecycle/plan-types.ts";
import { BY_CLUSTER, type Live } from "../../../lifecycle/stores.ts";
import { REVISION_LABEL } from "../../../trino/labels.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { deleteSeen } from "./delete-seen.ts";
import { executeDrain, mayRemove, recordRemoval } from "./drain.ts";
import type { Execution, TargetRevisions } from "./execution.ts";
import { recall } from "./recall-revisions.ts";
import { executeRegistration } from "./registration.ts";

/** Scales the Deployments of all revisions, tells single workers what becomes of them, and removes Deployments that have nothing left. */
export async function applyWorkers(execution: Execution, revisions: TargetRevisions, ctx: Context): Promise<void> {
  const { plan } = execution;
  for (const step of plan.workers) await scale(execution, { ...step, revisions }, ctx);
  await executeDrain(execution, ctx);
  for (const step of plan.drain) {
    if (step.kind !== "remove" || !(await mayRemove(execution, step, ctx))) continue;
    await scale(execution, { revision: step.revision, replicas: step.replicas, revisions }, ctx);
    recordRemoval(execution, step, ctx);
  }
  await executeRegistration(execution, ctx);
  await retireWorkers(execution, ctx);
}

async function scale(
  { cluster, resources }: Execution,
  { revision, replicas, revisions }: WorkerPlan & { readonly revisions: TargetRevisions },
  ctx: Context,
): Promise<void> {
  if (revision === revisions.workers.hash) return ctx.apply(resources.workers.deployment(revisions.workers, replicas));
  const old = ctx.stores.deployments
    .byIndex(BY_CLUSTER, cluster.uid)
    .find((candidate) => candidate.metadata.labels?.[REVISION_LABEL] === revision);
  if (old) return scaleOldRevision(old, replicas, ctx);
  // It is needed again, because what was to come in its place may not touch anything yet.
  if (replicas > 0) await ctx.apply(resources.workers.deployment(await recall({ cluster, role: "worker", hash: revision }, ctx), replicas));
}

/** An old revision's template is left as it is: only its replicas change. */
async function scaleOldRevision({ metadata, spec }: Live<IDeployment>, replicas: number, ctx: Context): Promise<void> {
  if (spec?.replicas === replicas) return;
  const name = { namespace: metadata.namespace ?? "", name: metadata.name };
  await ctx.client.mergePatch(KINDS.Deployment, name, { spec: { replicas } }, "scale");
}

/** By way of the cache an empty Deployment may have been needed again since. */
async function retireWorkers({ cluster: { namespace }, plan }: Execution, ctx: Context): Promise<void> {
  for (const seen of plan.retire) await deleteSeen({ type: KINDS.Deployment, namespace, seen, propagationPolicy: "Background" }, ctx);
}
