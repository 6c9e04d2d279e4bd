/**
 * What is remembered of the attempt to let the target serve. A pair that does not serve in time has failed: `chooseTarget`
 * then goes back to the last one that did, and does not try the failed one again until its content changes.
 *
 * A new coordinator is tried with its workers. Workers that are new to a coordinator that has served are tried alone, and only
 * when none of the old ones is left: until then the old ones serve, and nothing has to come back.
 */

import { type ObservedPod, podsOf, standingWorkers } from "./observation.ts";
import { failureOfPair, failureOfWorkers } from "./plan-failure.ts";
import { namedByCoordinator } from "./plan-registration.ts";
import { attemptOf, attemptsOf, hasServed, isSame, type KnownAttempt, lastServed, serves } from "./plan-target.ts";
import type { AttemptPlan, CoordinatorPlan, PlanInput, RolledBack, WorkersPlan } from "./plan-types.ts";

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
    return rolledBack || wouldForget(input) ? KEEP : pending(input, "coordinator");
  }
  const pod = podsOf(observation, "coordinator").find((candidate) => !candidate.deleting);
  return pod?.revision === target.coordinator ? judge(input, pod, workers) : KEEP;
}

/** A revision remembers one attempt: where the coordinator's tells of the last pair to go back to, it must go on to do so. */
function wouldForget({ observation, target }: PlanInput): boolean {
  const kept = attemptsOf(observation).filter(({ result }) => result === "Served");
  const left = kept.filter((attempt) => !isSame(attempt, target) && !isKeptBy(attempt, target.coordinator));
  return kept.some(({ coordinator }) => coordinator === target.coordinator) && left.length === 0;
}

function isKeptBy({ keptWith, coordinator }: KnownAttempt, revision: string): boolean {
  return keptWith === "coordinator" && coordinator === revision;
}

function judge(input: PlanInput, pod: ObservedPod, { rolledOut }: WorkersPlan): AttemptPlan {
  const attempt = attemptOf(input.target, input.observation);
  if (serves(input) && rolledOut && haveWorkers(input)) return served(input, attempt);
  if (!attempt) return begin(input);
  if (attempt.result !== "Pending") return KEEP;
  const { keptWith, since } = attempt;
  const reason = (keptWith === "worker" ? failureOfWorkers : failureOfPair)(input, { pod, since });
  return reason === undefined ? KEEP : record(input, { keptWith, since, result: "Failed", reason });
}

/** Without workers nobody can tell whether they would serve, and the coordinator counts ones that have gone for some seconds more. */
function haveWorkers({ cluster, observation, target }: PlanInput): boolean {
  const ready = standingWorkers(observation, target.workers).filter((pod) => pod.ready);
  const counted = namedByCoordinator(observation, ready) ?? ready;
  return cluster.workers.replicas > 0 && counted.length >= Math.max(1, Math.min(cluster.workers.minAvailable, cluster.workers.replicas));
}

/** The pair that served last is the one to go back to, so one that serves again after others were tried is the newest again. */
function served(input: PlanInput, attempt: KnownAttempt | undefined): AttemptPlan {
  const { observation, target } = input;
  const newest = attemptsOf(observation)[0]?.since ?? "";
  if (attempt?.result === "Served" && attempt.since >= newest) return KEEP;
  const keptWith = attempt?.keptWith ?? (hasServed(observation, "coordinator", target.coordinator) ? "worker" : "coordinator");
  const [, latest = observation.time] = [newest, observation.time].sort();
  const since = attempt?.result === "Pending" && attempt.since >= newest ? attempt.since : latest;
  return record(input, { keptWith, since, result: "Served", reason: "" });
}

/**
 * The coordinator is of the target, and nobody has judged it with these workers: the workers were edited while it was tried, there
 * was no pod to replace, or they were edited alone. As long as old workers stay beside new ones, these are no attempt.
 */
function begin(input: PlanInput): AttemptPlan {
  const { cluster, observation, target } = input;
  if (!attemptsOf(observation).some(({ result }) => result === "Served")) return KEEP;
  if (!hasServed(observation, "coordinator", target.coordinator)) return pending(input, "coordinator");
  const old = observation.workers.some(({ revision, replicas }) => revision !== target.workers && replicas > 0);
  return old || cluster.workers.replicas === 0 ? KEEP : pending(input, "worker");
}

function pending(input: PlanInput, keptWith: KnownAttempt["keptWith"]): AttemptPlan {
  return record(input, { keptWith, since: input.observation.time, result: "Pending", reason: "" });
}

function record({ observation, target }: PlanInput, { keptWith, ...attempt }: Omit<KnownAttempt, "coordinator" | "workers">): AttemptPlan {
  const { coordinator, workers } = target;
  const wayBack = lastServed(target, observation) !== undefined;
  return { kind: "record", keptWith, attempt: { coordinator, workers, ...attempt }, wayBack };
}
