/**
 * The workers' part of the plan: one Deployment per revision, moved from old to new in steps.
 *
 * New workers come up first (at most `maxSurge` more pods than wanted, those that drain included), and old ones go only as
 * far as ready and registered workers stay at `replicas - maxUnavailable`. Each old worker drains itself in its preStop hook.
 * The Deployment that stays comes down by order: see `plan-drain.ts`.
 */
import { drainOf } from "../trino/versions.ts";
import {
  leaves,
  type Observation,
  type ObservedPod,
  type ObservedWorkload,
  podsOf,
  presentWorkers,
  revisionOf,
  standingWorkers,
} from "./observation.ts";
import { coordinatorRuns, neededWorkers, spareWorkers } from "./plan-availability.ts";
import { type DrainPlan, hasten, planDrain } from "./plan-drain.ts";
import { leavingWorkers, shrinkOld } from "./plan-old-workers.ts";
import type { PlanInput, Waiting, WorkerPlan, WorkersPlan } from "./plan-types.ts";

/** Plans the workers. */
export function planWorkers(input: PlanInput): WorkersPlan {
  const wanted = input.cluster.suspend ? 0 : input.cluster.workers.replicas;
  const revision = allowedRevision(input);
  const old = input.observation.workers.filter((workload) => workload.revision !== revision);
  const pods = presentWorkers(input.observation);
  const spent = old.filter((workload) => workload.replicas === 0 && !pods.some((pod) => pod.revision === workload.revision));
  const live = old.filter((workload) => !spent.includes(workload));
  const move = { input, revision, wanted, old: live };
  const { replicas, drain, waiting } = live.length === 0 ? settle(move) : input.cluster.suspend ? stop(move) : rollOut(move);
  const rolledOut = live.length === 0 && revision === input.target.workers;
  const retire = spent.map(({ name, uid, resourceVersion }) => ({ name, uid, resourceVersion }));
  return {
    replicas,
    drain: [...drain, ...hasten(input.observation)],
    retire,
    rolledOut,
    waiting: [...blocked(move, replicas), ...waiting, ...waitingFor(move)],
  };
}

/** A new version reaches the workers only with the coordinator: Trino never schedules on a worker of another version. */
function allowedRevision({ target, observation }: PlanInput): string {
  const coordinator = observation.coordinator;
  if (!coordinator || coordinator.compatibility === undefined || coordinator.compatibility === target.compatibility) return target.workers;
  const serving = observation.workers.filter((workload) => workload.compatibility === coordinator.compatibility).at(-1);
  return serving?.revision ?? target.workers;
}

interface Move {
  readonly input: PlanInput;
  readonly revision: string;
  readonly wanted: number;
  readonly old: readonly ObservedWorkload[];
}

type Step = Pick<WorkersPlan, "replicas" | "drain" | "waiting">;

function settle({ input, revision, wanted }: Move): Step {
  const workload = input.observation.workers.find((candidate) => candidate.revision === revision);
  const spare = spareWorkers(input.observation, neededWorkers(input.cluster, wanted));
  const { replicas, steps, waiting } = workload ? resize(input, { workload, goal: wanted, spare }) : start(wanted);
  return { replicas: [{ revision, replicas }], drain: steps, waiting };
}

function start(replicas: number): DrainPlan {
  return { replicas, steps: [], waiting: [] };
}

interface Resize {
  readonly workload: ObservedWorkload;
  readonly goal: number;
  readonly spare: number;
}

/** Up at once; down by order where Trino can drain and there is somebody to drain for, else by the preStop hooks alone. */
function resize(input: PlanInput, { workload, goal, spare }: Resize): DrainPlan {
  if (workload.replicas > goal && (input.cluster.suspend || !coordinatorRuns(input.observation))) return start(goal);
  if (workload.replicas <= goal || drainOf(workload.version) === "Draining") return planDrain({ input, workload, goal, spare });
  const unstarted = standingWorkers(input.observation, workload.revision).filter((pod) => !pod.started).length;
  const replicas = Math.max(goal, workload.replicas - unstarted - Math.max(0, spare));
  const blocked = { reason: "ScaleInBlocked" as const, message: "workers go when those that stay are registered with the coordinator" };
  return { replicas, steps: [], waiting: replicas > goal ? [blocked] : [] };
}

/** A suspended cluster needs no worker of any revision, whatever the coordinator knows of them. */
function stop({ revision, old }: Move): Step {
  return {
    replicas: [revision, ...old.map((workload) => workload.revision)].map((of) => ({ revision: of, replicas: 0 })),
    drain: [],
    waiting: [],
  };
}

function rollOut(move: Move): Step {
  const { input, revision, wanted, old } = move;
  const { observation, target } = input;
  const foreign = old.filter((workload) => workload.compatibility !== undefined && workload.compatibility !== target.compatibility);
  if (foreign.length > 0 && revision === target.workers) return changeVersion(move, foreign);
  const oldReplicas = old.reduce((total, workload) => total + workload.replicas, 0);
  const draining = presentWorkers(observation).filter((pod) => pod.deleting).length;
  const workload = observation.workers.find((candidate) => candidate.revision === revision);
  const most = wanted + input.cluster.workers.rollout.maxSurge - draining - leavingWorkers(observation, old);
  const proven = lackingProven(move);
  const room = Math.max(0, most - oldReplicas - proven.lacking);
  const goal = Math.min(wanted, Math.max(proven.lacking > 0 ? proven.serving : (workload?.replicas ?? 0), room));
  const shrunk = shrinkOld(move);
  const current = workload ? resize(input, { workload, goal, spare: shrunk.spareLeft }) : start(goal);
  const raise = Math.max(0, Math.min(proven.lacking, most - oldReplicas - (workload?.replicas ?? 0)));
  const raised = shrunk.replicas.map((plan) => (plan.revision === proven.revision ? { ...plan, replicas: plan.replicas + raise } : plan));
  return {
    replicas: [{ revision, replicas: current.replicas }, ...raised],
    drain: [...shrunk.restores, ...current.steps],
    waiting: current.waiting,
  };
}

interface Proven {
  /** The newest old revision of which a worker serves. */
  readonly revision: string | undefined;
  /** Workers of the new one that serve. */
  readonly serving: number;
  /** Workers of the old one that are to be added, so that as many as must stay do not depend on a revision that may never serve. */
  readonly lacking: number;
}

/** What a roll-out lacks that began with fewer workers than must stay by now, because more have been asked for since. */
function lackingProven({ input: { cluster, observation }, revision, wanted, old }: Move): Proven {
  const servingOf = (of: string): number =>
    standingWorkers(observation, of).filter((pod) => pod.ready && pod.drainSince === undefined).length;
  const newest = [...old].sort((a, b) => b.created.localeCompare(a.created)).find((workload) => servingOf(workload.revision) > 0);
  const serving = servingOf(revision);
  const oldReplicas = old.reduce((total, workload) => total + workload.replicas, 0);
  const lacking = newest ? Math.max(0, neededWorkers(cluster, wanted) - serving - oldReplicas) : 0;
  return { revision: newest?.revision, serving, lacking };
}

/**
 * Across versions old workers are of no use to the new coordinator: they go at once, and as many new ones come. But the old one
 * works on its last queries until it is gone, and takes new ones over connections that clients have kept.
 */
function changeVersion(move: Move, foreign: readonly ObservedWorkload[]): Step {
  const { revision, wanted, old, input } = move;
  const last = lastCompatibility(input.observation);
  const gone = foreign.map(({ revision: of, replicas, compatibility }) => ({
    revision: of,
    replicas: compatibility === last ? replicas : 0,
  }));
  // Old workers of its own version serve it: they go one by one, however long those of the other version drain.
  const rest = old.filter((workload) => !foreign.includes(workload));
  const step = rest.length === 0 ? { replicas: [{ revision, replicas: wanted }], drain: [], waiting: [] } : rollOut({ ...move, old: rest });
  return { ...step, replicas: [...step.replicas, ...gone] };
}

/** What the workers of a coordinator that is about to go have in common with it; undefined when none is, or when it does not run. */
function lastCompatibility(observation: Observation): string | undefined {
  const pod = podsOf(observation, "coordinator").find(({ deleting, started }) => deleting && started);
  return pod && revisionOf(observation, "coordinator", pod.revision)?.compatibility;
}

function waitingFor({ input, revision, wanted, old }: Move): readonly Waiting[] {
  const { observation } = input;
  const { trino } = observation;
  const leaving = presentWorkers(observation).filter(leaves);
  const ready = standingWorkers(observation).filter((pod) => pod.ready && pod.drainSince === undefined).length;
  const surplus = observation.workers.some((workload) => workload.revision === revision && workload.replicas > wanted);
  const waiting: Waiting[] = [];
  if (old.length > 0) waiting.push({ reason: "WorkersRollingOut", message: `workers are moving to revision ${input.target.workers}` });
  if (ready < wanted) waiting.push({ reason: "WorkersStarting", message: `${ready} of ${wanted} workers are ready` });
  else if (trino.kind === "answered" && trino.registered < wanted) {
    waiting.push({ reason: "WorkersRegistering", message: `${trino.registered} of ${wanted} workers are registered with the coordinator` });
  }
  if (surplus) waiting.push({ reason: "WorkersDraining", message: `workers go until there are ${wanted}` });
  if (leaving.length > 0) waiting.push({ reason: "WorkersDraining", message: `draining: ${namesOf(leaving)}` });
  return waiting;
}

/** Nobody is added, and all that are there must stay. Refused by the definition, but for clusters that are older than it. */
function blocked({ input, wanted, old }: Move, planned: readonly WorkerPlan[]): readonly Waiting[] {
  const { minAvailable, rollout } = input.cluster.workers;
  const moves = ({ revision, replicas }: ObservedWorkload): boolean =>
    planned.some((step) => step.revision === revision && step.replicas !== replicas);
  if (old.length === 0 || rollout.maxSurge > 0 || minAvailable < wanted || wanted === 0 || old.some(moves)) return [];
  if (!old.every(({ replicas }) => replicas > 0)) return [];
  const facts = `workers.rollout.maxSurge 0 adds none, and workers.minAvailable ${minAvailable} of ${wanted} replicas lets none go`;
  const cure = "set workers.rollout.maxSurge to 1, or workers.minAvailable below workers.replicas";
  return [{ reason: "RolloutBlocked", message: `no worker can be replaced: ${facts}; ${cure}` }];
}

function namesOf(pods: readonly ObservedPod[]): string {
  return pods.map((pod) => pod.name).join(", ");
}
