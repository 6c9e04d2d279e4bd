/**
 * The workers' part of the plan: one Deployment per revision, moved from old to new in steps.
 *
 * New workers come up first (at most `maxSurge` more pods than wanted, those that drain included), and old ones go only as
 * far as ready and registered workers stay at `replicas - maxUnavailable`. Each old worker drains itself in its preStop hook.
 */
import { type ObservedPod, type ObservedWorkload, podsOf } from "./observation.ts";
import type { PlanInput, Waiting, WorkerPlan, WorkersPlan } from "./plan-types.ts";

/** Plans the workers. */
export function planWorkers(input: PlanInput): WorkersPlan {
  const wanted = input.cluster.suspend ? 0 : input.cluster.workers.replicas;
  const revision = allowedRevision(input);
  const old = input.observation.workers.filter((workload) => workload.revision !== revision);
  const pods = podsOf(input.observation, "worker");
  const spent = old.filter((workload) => workload.replicas === 0 && !pods.some((pod) => pod.revision === workload.revision));
  const live = old.filter((workload) => !spent.includes(workload));
  const replicas = live.length === 0 ? [{ revision, replicas: wanted }] : rollOut({ input, revision, wanted, old: live, pods });
  const rolledOut = live.length === 0 && revision === input.target.workers;
  return { replicas, retire: spent.map((workload) => workload.name), rolledOut, waiting: waitingFor({ input, wanted, old: live, pods }) };
}

/** A new version reaches the workers only with the coordinator: Trino never schedules on a worker of another version. */
function allowedRevision({ target, observation }: PlanInput): string {
  const coordinator = observation.coordinator;
  if (!coordinator || coordinator.compatibility === undefined || coordinator.compatibility === target.compatibility) return target.workers;
  const serving = observation.workers.filter((workload) => workload.compatibility === coordinator.compatibility).at(-1);
  return serving?.revision ?? target.workers;
}

interface RollOut {
  readonly input: PlanInput;
  readonly revision: string;
  readonly wanted: number;
  readonly old: readonly ObservedWorkload[];
  readonly pods: readonly ObservedPod[];
}

function rollOut(rollOut: RollOut): readonly WorkerPlan[] {
  const { input, revision, wanted, old, pods } = rollOut;
  if (
    old.some((workload) => workload.compatibility !== undefined && workload.compatibility !== input.target.compatibility) &&
    revision === input.target.workers
  ) {
    // Across versions the old workers are of no use to the new coordinator: everything changes places at once.
    return [{ revision, replicas: wanted }, ...old.map((workload) => ({ revision: workload.revision, replicas: 0 }))];
  }
  const { maxSurge } = input.cluster.workers.rollout;
  const oldReplicas = sum(old.map((workload) => workload.replicas));
  const present = input.observation.workers.find((workload) => workload.revision === revision)?.replicas ?? 0;
  const room = Math.max(0, wanted + maxSurge - oldReplicas - going(old, pods));
  const target = Math.min(wanted, Math.max(present, room));
  return [{ revision, replicas: target }, ...shrink(rollOut, spareWorkers(rollOut))];
}

/** Pods that leave: those that drain, and those beyond a Deployment's replicas, on which its controller acts later. */
function going(old: readonly ObservedWorkload[], pods: readonly ObservedPod[]): number {
  const standing = ({ revision }: ObservedWorkload): number => pods.filter((pod) => pod.revision === revision && !pod.deleting).length;
  const surplus = old.map((workload) => Math.max(0, standing(workload) - workload.replicas));
  return pods.filter((pod) => pod.deleting).length + sum(surplus);
}

/** How many serving workers may go now. */
function spareWorkers({ input, wanted, pods }: RollOut): number {
  const ready = pods.filter((pod) => pod.ready && !pod.deleting).length;
  const staying = sum(input.observation.workers.map((workload) => serving(workload, pods)));
  const enough = staying - (wanted - input.cluster.workers.rollout.maxUnavailable);
  return allRegistered(input, ready) ? Math.max(0, enough) : 0;
}

/** Ready pods that stay. Those beyond the Deployment's replicas are going already: its controller only acts later. */
function serving({ revision, replicas }: ObservedWorkload, pods: readonly ObservedPod[]): number {
  return Math.min(replicas, pods.filter((pod) => pod.revision === revision && pod.ready && !pod.deleting).length);
}

/** A worker that is ready for Kubernetes may still be unknown to the coordinator; only Trino's own count tells. */
function allRegistered({ observation }: PlanInput, ready: number): boolean {
  return observation.trino.kind === "answered" && observation.trino.registered >= ready;
}

/** Takes from each Deployment the pods that do not serve, on which nothing runs, and serving ones from the oldest first. */
function shrink({ old, pods }: RollOut, spare: number): readonly WorkerPlan[] {
  let left = spare;
  return [...old]
    .sort((a, b) => a.created.localeCompare(b.created))
    .map((workload) => {
      const useful = serving(workload, pods);
      const taken = Math.min(left, useful);
      left -= taken;
      return { revision: workload.revision, replicas: useful - taken };
    });
}

function waitingFor({ input, wanted, old, pods }: Pick<RollOut, "input" | "wanted" | "old" | "pods">): readonly Waiting[] {
  const draining = pods.filter((pod) => pod.deleting);
  const ready = pods.filter((pod) => pod.ready && !pod.deleting).length;
  const { trino } = input.observation;
  const waiting: Waiting[] = [];
  if (old.length > 0) waiting.push({ reason: "WorkersRollingOut", message: `workers are moving to revision ${input.target.workers}` });
  if (ready < wanted) waiting.push({ reason: "WorkersStarting", message: `${ready} of ${wanted} workers are ready` });
  else if (trino.kind === "answered" && trino.registered < wanted) {
    waiting.push({ reason: "WorkersRegistering", message: `${trino.registered} of ${wanted} workers are registered with the coordinator` });
  }
  if (draining.length > 0) waiting.push({ reason: "WorkersDraining", message: `draining: ${draining.map((pod) => pod.name).join(", ")}` });
  return waiting;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
