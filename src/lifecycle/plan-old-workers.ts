/** How far the Deployments of older worker revisions may shrink in a rolling update. Their pods drain in their preStop hooks. */

import { type Observation, type ObservedPod, type ObservedWorkload, standingWorkers } from "./observation.ts";
import { activeWorkers, neededWorkers, spareWorkers } from "./plan-availability.ts";
import { leastBusyFirst, restores } from "./plan-drain.ts";
import { cleanupOf, idleWorkers, knownAmong } from "./plan-idle-workers.ts";
import { lostWorkers } from "./plan-registration.ts";
import type { DrainStep, PlanInput, WorkerPlan } from "./plan-types.ts";

/** What is wanted, and the Deployments that are in the way. */
export interface OldWorkers {
  readonly input: PlanInput;
  /** The revision that is to come in their place. */
  readonly revision: string;
  readonly wanted: number;
  readonly old: readonly ObservedWorkload[];
}

/** What becomes of them. */
export interface Shrunk {
  readonly replicas: readonly WorkerPlan[];
  /** Marked workers that are needed again until new ones serve. */
  readonly restores: readonly DrainStep[];
  /** Active workers beyond those needed; negative where too few are left. */
  readonly spareLeft: number;
}

/** Takes from each Deployment what does not serve, and from the oldest what can be spared. */
export function shrinkOld({ input, revision, wanted, old }: OldWorkers): Shrunk {
  const { cluster, observation } = input;
  const needed = Math.max(wanted - cluster.workers.rollout.maxUnavailable, neededWorkers(cluster, wanted));
  const spare = spareWorkers(observation, neededWorkers(cluster, wanted));
  const standing = standingWorkers(observation);
  const lost = lostWorkers(observation);
  const serving = standing.filter((pod) => pod.ready && pod.drainSince === undefined && !lost.includes(pod));
  const kept = keptMarked(input, { old, count: wanted - serving.length });
  // Those of the new revision, too: an edit that was taken back makes it of an old one, which was on its way to nothing.
  const leaving = leavingWorkers(observation, observation.workers);
  // A worker that is ready for Kubernetes may still be unknown to the coordinator; only Trino's own count tells.
  const known = Math.min(activeWorkers(observation) ?? 0, knownAmong(observation, serving));
  let servingLeft = Math.max(0, known - leaving - needed);
  let spareLeft = spare - leaving;
  let cleanup = Math.max(0, cleanupOf(observation, { revision, needed }) - leaving);
  const replicas = oldestFirst(old).map((workload): WorkerPlan => {
    const pods = standingWorkers(observation, workload.revision);
    // While one is on its way back, its ReplicaSet would still remove it before others; and before that has acted, nobody
    // knows which one goes.
    if (pods.length > workload.replicas || pods.some((pod) => kept.includes(pod)))
      return { revision: workload.revision, replicas: workload.replicas };
    const idle = idleWorkers({ observation, pods, spare: spareLeft, cleanup });
    const count = Math.min(workload.replicas, idle.count);
    const taken = Math.min(workload.replicas - count, servingLeft);
    servingLeft -= taken;
    spareLeft -= taken + idle.active;
    cleanup -= idle.cleaned;
    return { revision: workload.revision, replicas: workload.replicas - count - taken };
  });
  return { replicas, restores: restores(observation, kept), spareLeft };
}

/** Pods beyond a Deployment's replicas, which leave as soon as its ReplicaSet acts. */
export function leavingWorkers(observation: Observation, workloads: readonly ObservedWorkload[]): number {
  return workloads.reduce(
    (total, { revision, replicas }) => total + Math.max(0, standingWorkers(observation, revision).length - replicas),
    0,
  );
}

/** Marked workers of a scale-in that was under way; where too few serve, they come back before their successors are there. */
function keptMarked(
  { observation }: PlanInput,
  { old, count }: { old: readonly ObservedWorkload[]; count: number },
): readonly ObservedPod[] {
  const marked = old
    .flatMap((workload) => standingWorkers(observation, workload.revision))
    .filter((pod) => pod.drainSince !== undefined && pod.started);
  return [...leastBusyFirst(observation, marked)].reverse().slice(0, Math.max(0, count));
}

function oldestFirst(old: readonly ObservedWorkload[]): readonly ObservedWorkload[] {
  return [...old].sort((a, b) => a.created.localeCompare(b.created));
}
