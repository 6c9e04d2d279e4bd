/** The workers' part of `execute`, as `controllers/trino-cluster/execute/workers.ts` does it. */
import type { Plan, SeenObject, WorkerPlan } from "../plan-types.ts";
import type { Request, Write } from "./execute.ts";
import { drainRequests, mayRemove } from "./execute-drain.ts";
import { registrationRequests } from "./execute-registration.ts";
import { violated, workersRaised, workersRemoved } from "./monitor.ts";
import { cachedDeployments, putDeployment, workloadVersionOf } from "./view.ts";
import { compatibilityOfRevision, floorOf, type SimWorkload, type World } from "./world.ts";

/** Scales the Deployments, tells single workers what becomes of them, and removes Deployments that have nothing left. */
export function executeWorkers(world: World, plan: Plan, write: Write): readonly Request[] {
  const change = ({ revision, replicas }: WorkerPlan): void => {
    const isMade = cachedDeployments(world).some((deployment) => deployment.revision === revision);
    if (revision === plan.target.workers || !isMade) applyDeployment(world, { revision, replicas, write });
    else scaleOldRevision(world, { revision, replicas, write });
  };
  return [
    ...plan.workers.map((step) => (): void => change(step)),
    ...plan.drain.flatMap((step) => drainRequests(world, step, write)),
    ...plan.drain.map((step) => (): void => {
      if (step.kind !== "remove" || !mayRemove(world, step)) return;
      workersRemoved(world, step.pods);
      change(step);
    }),
    ...plan.registration.flatMap((step) => registrationRequests(world, step, write)),
    ...plan.retire.map((seen) => (): void => retire(world, seen, write)),
  ];
}

interface Scaling {
  readonly revision: string;
  readonly replicas: number;
  readonly write: Write;
}

/** Server-side apply writes what the cache says is not there yet. */
function applyDeployment(world: World, { revision, replicas, write }: Scaling): void {
  const shown = cachedDeployments(world).find((deployment) => deployment.revision === revision);
  if (shown?.replicas === replicas) return;
  if (!world.api.records.some(({ hash }) => hash === revision)) violated(world, `revision ${revision} is gone for, and forgotten`);
  write(() => {
    const deployment = deploymentOf(world, revision) ?? made(world, revision);
    scale(world, deployment, replicas);
    putDeployment(world, deployment);
  });
}

function made(world: World, revision: string): SimWorkload {
  const name = `worker-${revision}`;
  const compatibility = compatibilityOfRevision(revision);
  const deployment = { name, uid: `d${++world.uids}`, created: world.now, revision, compatibility, replicas: 0, floor: 0 };
  world.api.deployments = [...world.api.deployments, deployment];
  return deployment;
}

function scaleOldRevision(world: World, { revision, replicas, write }: Scaling): void {
  const shown = cachedDeployments(world).find((deployment) => deployment.revision === revision);
  const deployment = deploymentOf(world, revision);
  if (!shown || shown.replicas === replicas || deployment?.uid !== shown.uid) return;
  write(() => scale(world, deployment, replicas));
}

function scale(world: World, deployment: SimWorkload, replicas: number): void {
  if (replicas > deployment.replicas) workersRaised(world, deployment);
  deployment.replicas = replicas;
  deployment.floor = world.wanted.suspend ? 0 : floorOf(world, world.wanted.replicas);
}

function retire(world: World, { uid, resourceVersion }: SeenObject, write: Write): void {
  const deployment = world.api.deployments.find((candidate) => candidate.uid === uid);
  if (!deployment || workloadVersionOf(deployment) !== resourceVersion) return;
  write(() => {
    world.api.deployments = world.api.deployments.filter((candidate) => candidate !== deployment);
  });
}

function deploymentOf({ api }: World, revision: string): SimWorkload | undefined {
  return api.deployments.find((deployment) => deployment.revision === revision);
}
