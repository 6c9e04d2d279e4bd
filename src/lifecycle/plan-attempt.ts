/**
 * What is remembered of the attempt to let the target serve. A pair that does not serve in time has failed: `chooseTarget`
 * then goes back to the last one that did, and does not try the failed one again until its content changes.
 */

import { type Attempt, type ObservedPod, podsOf, standingWorkers } from "./observation.ts";
import { attemptOf, hasServed, serves } from "./plan-target.ts";
import type { AttemptPlan, CoordinatorPlan, PlanInput, RolledBack, WorkersPlan } from "./plan-types.ts";

/** A coordinator that fails so often will not come up by waiting. */
const HOPELESS_RESTARTS = 3;

const KEEP: AttemptPlan = { kind: "keep" };

/** What of the plan was made before. */
interface Others {
  readonly coordinator: CoordinatorPlan;
  readonly workers: WorkersPlan;
  /** Set when the target is the way back. */
  readonly rolledBack: RolledBack | undefined;
}

/** Plans what is remembered. */
export function planAttempt(input: PlanInput, { coordinator, workers, rolledBack }: Others): AttemptPlan {
  const { cluster, observation, target } = input;
  if (cluster.suspend) return KEEP;
  if (coordinator.kind === "replace") {
    // That the way back served is why it is the way back: forgotten, the failed revision would be gone for again.
    return rolledBack || isOnlyWayBack(input) ? KEEP : record(input, { since: observation.time, result: "Pending", reason: "" });
  }
  const pod = podsOf(observation, "coordinator").find((candidate) => !candidate.deleting);
  return pod?.revision === target.coordinator ? judge(input, pod, workers) : KEEP;
}

/** A revision remembers one attempt, so the last pair that served is not tried anew: nothing could come in its place. */
function isOnlyWayBack({ observation, target }: PlanInput): boolean {
  const served = observation.revisions.filter(({ attempt }) => attempt?.result === "Served");
  return served.length === 1 && served[0]?.hash === target.coordinator;
}

function judge(input: PlanInput, pod: ObservedPod, { rolledOut }: WorkersPlan): AttemptPlan {
  const { observation, target } = input;
  const attempt = attemptOf(target, observation);
  if (serves(input) && rolledOut && haveWorkers(input)) {
    return attempt?.result === "Served" ? KEEP : record(input, { since: attempt?.since ?? observation.time, result: "Served", reason: "" });
  }
  if (!attempt) return begin(input);
  if (attempt.result !== "Pending") return KEEP;
  const reason = failure(input, { pod, attempt });
  return reason === undefined ? KEEP : record(input, { since: attempt.since, result: "Failed", reason });
}

/** Without workers nobody can tell whether they would serve, and the coordinator counts ones that have gone for some seconds more. */
function haveWorkers({ cluster, observation, target }: PlanInput): boolean {
  const ready = standingWorkers(observation, target.workers).filter((pod) => pod.ready).length;
  return cluster.workers.replicas > 0 && ready >= Math.max(1, Math.min(cluster.workers.minAvailable, cluster.workers.replicas));
}

/**
 * The coordinator is of the target, and nobody has judged it with these workers: the workers were edited while it was tried, or
 * there was no pod to replace. Workers that move under a coordinator that has served are no attempt: the old ones stay.
 */
function begin(input: PlanInput): AttemptPlan {
  const { observation, target } = input;
  const judged = hasServed(observation, "coordinator", target.coordinator);
  const wayBack = observation.revisions.some(({ attempt }) => attempt?.result === "Served");
  return wayBack && !judged ? record(input, { since: observation.time, result: "Pending", reason: "" }) : KEEP;
}

function record({ target }: PlanInput, attempt: Omit<Attempt, "workers">): AttemptPlan {
  return { kind: "record", attempt: { workers: target.workers, ...attempt } };
}

/** Why the attempt has failed, or undefined while it may still succeed. A coordinator that is ready but silent proves nothing. */
function failure(input: PlanInput, { pod, attempt }: { pod: ObservedPod; attempt: Attempt }): string | undefined {
  const { cluster, observation } = input;
  if (!pod.started && pod.problem && pod.restarts >= HOPELESS_RESTARTS) return pod.problem.message;
  // One that serves is only waited for: its old workers may drain for longer than that.
  if (!isLate(input, [attempt.since, pod.created]) || serves(input)) return undefined;
  if (!pod.ready) return pod.problem?.message ?? "the coordinator did not become ready within workers.rollout.progressDeadline";
  const { trino } = observation;
  const workers = podsOf(observation, "worker");
  if (
    trino.kind !== "answered" ||
    !isLate(
      input,
      workers
        .map((worker) => worker.created)
        .sort()
        .slice(0, 1),
    )
  )
    return undefined;
  const worker = workers.find((candidate) => candidate.problem)?.problem?.message;
  return (
    worker ??
    `${trino.registered} workers were registered within workers.rollout.progressDeadline, at least ${cluster.workers.minAvailable} are needed`
  );
}

/** The deadline counts from the last of these times: a suspension, or a node that was lost, began the pods anew. */
function isLate({ cluster, observation }: PlanInput, times: readonly string[]): boolean {
  const began = Math.max(...times.map((time) => Date.parse(time)));
  return observation.at > began + cluster.workers.rollout.progressDeadlineSeconds * 1000;
}
