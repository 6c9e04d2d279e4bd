/** Executes the workers' part of a plan. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { ObservedWorkload } from "../../../lifecycle/observation.ts";
import type { WorkerPlan } from "../../../lifecycle/plan-types.ts";
import { BY_CLUSTER, type Live } from "../../../lifecycle/stores.ts";
import { REVISION_LABEL } from "../../../trino/labels.ts";
import { KINDS } from "../../kinds.ts";
import { Outdated } from "../confirm.ts";
import type { Context } from "../context.ts";
import { deleteSeen } from "./delete-seen.ts";
import { executeDrain, mayRemove, recordRemoval } from "./drain.ts";
import type { Execution, TargetRevisions } from "./execution.ts";
import { isTold } from "./is-told.ts";
import { recall } from "./recall-revisions.ts";
import { executeRegistration } from "./registration.ts";
import { scaleDeployment } from "./scale-deployment.ts";

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
  execution: Execution,
  { revision, replicas, revisions }: WorkerPlan & { readonly revisions: TargetRevisions },
  ctx: Context,
): Promise<void> {
  const { cluster, resources } = execution;
  if (!isTold(deploymentOf(revision, execution, ctx), { revision, replicas })) await execution.confirm();
  const live = deploymentOf(revision, execution, ctx);
  const seen = execution.observation.workers.find((workload) => workload.revision === revision);
  if (!isAsSeen(live, seen)) throw new Outdated(`the Deployment of workers of revision ${revision}`);
  if (revision === revisions.workers.hash) return ctx.apply(resources.workers.deployment(revisions.workers, replicas));
  if (live) return scaleDeployment(live, replicas, ctx); // an old revision keeps its template
  // It is needed again, because what was to come in its place may not touch anything yet.
  if (replicas > 0) await ctx.apply(resources.workers.deployment(await recall({ cluster, role: "worker", hash: revision }, ctx), replicas));
}

function deploymentOf(revision: string, { cluster }: Execution, { stores }: Context): Live<IDeployment> | undefined {
  const own = stores.deployments.byIndex(BY_CLUSTER, cluster.uid);
  return own.find((candidate) => candidate.metadata.labels?.[REVISION_LABEL] === revision);
}

/** As many as before means as many as the plan saw: the cache may have learnt of others while it was executed. */
function isAsSeen(live: Live<IDeployment> | undefined, seen: ObservedWorkload | undefined): boolean {
  return live?.metadata.uid === seen?.uid && live?.spec?.replicas === seen?.replicas;
}

/** By way of the cache an empty Deployment may have been needed again since. */
async function retireWorkers({ cluster: { namespace }, plan }: Execution, ctx: Context): Promise<void> {
  for (const seen of plan.retire) await deleteSeen({ type: KINDS.Deployment, namespace, seen, propagationPolicy: "Background" }, ctx);
}
