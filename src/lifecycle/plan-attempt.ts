/**
 * What is remembered of the attempt to let the target serve. A pair that does not serve in time has failed: `chooseTarget`
 * then goes back to the last one that did, and does not try the failed one again until its content changes.
 */

import { type Attempt, type ObservedPod, podsOf } from "./observation.ts";
import { attemptOf } from "./plan-target.ts";
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
  const attempt = attemptOf(target, observation);
  if (coordinator.kind === "replace") {
    // That the way back served is why it is the way back: forgotten, the failed revision would be gone for again.
    return rolledBack ? KEEP : record(input, { since: observation.time, result: "Pending", reason: "" });
  }
  const pod = podsOf(observation, "coordinator").find((candidate) => !candidate.deleting);
  if (pod?.revision !== target.coordinator) return KEEP;
  if (serves(input) && workers.rolledOut) {
    return attempt?.result === "Served" ? KEEP : record(input, { since: attempt?.since ?? observation.time, result: "Served", reason: "" });
  }
  if (attempt?.result !== "Pending") return KEEP;
  const reason = failure(input, { pod, attempt });
  return reason === undefined ? KEEP : record(input, { since: attempt.since, result: "Failed", reason });
}

function record({ target }: PlanInput, attempt: Omit<Attempt, "workers">): AttemptPlan {
  return { kind: "record", attempt: { workers: target.workers, ...attempt } };
}

/** The coordinator answers and counts as many workers as the cluster needs to be Available. */
function serves({ cluster, observation: { trino } }: PlanInput): boolean {
  const needed = Math.min(cluster.workers.minAvailable, cluster.workers.replicas);
  return trino.kind === "answered" && !trino.starting && trino.registered >= needed;
}

/** Why the attempt has failed, or undefined while it may still succeed. A coordinator that is ready but silent proves nothing. */
function failure({ cluster, observation }: PlanInput, { pod, attempt }: { pod: ObservedPod; attempt: Attempt }): string | undefined {
  if (!pod.started && pod.problem && pod.restarts >= HOPELESS_RESTARTS) return pod.problem.message;
  const late = observation.at > Date.parse(attempt.since) + cluster.workers.rollout.progressDeadlineSeconds * 1000;
  if (!late) return undefined;
  if (!pod.ready) return pod.problem?.message ?? "the coordinator did not become ready within workers.rollout.progressDeadline";
  const { trino } = observation;
  if (trino.kind !== "answered") return undefined;
  const worker = podsOf(observation, "worker").find((candidate) => candidate.problem)?.problem?.message;
  return (
    worker ??
    `${trino.registered} workers were registered within workers.rollout.progressDeadline, at least ${cluster.workers.minAvailable} are needed`
  );
}
