/**
 * The policies: named vetoes on stopping a coordinator that serves, asked in order. Each is a pure function of one question.
 * The first that refuses is what the status tells.
 */
import type { ObservedPod } from "./observation.ts";
import { isUp } from "./observation.ts";
import { attemptsOf, hasServed } from "./plan-target.ts";
import type { PlanInput, Waiting, WorkersPlan } from "./plan-types.ts";

/** What a veto decides on: everything that `plan` knows, and the pod in question. */
export interface StopQuestion extends PlanInput {
  readonly pod: ObservedPod;
}

/** The same for a restart, which depends on the other parts of the plan too. */
export interface RestartQuestion extends StopQuestion {
  readonly workers: WorkersPlan;
  readonly preflight: { readonly concluded: boolean; readonly waiting: readonly Waiting[] };
}

type Veto<Question> = (question: Question) => Waiting | undefined;

/** A list of vetoes with their names. */
export type Vetoes<Question> = readonly { readonly name: string; readonly veto: Veto<Question> }[];

/** The vetoes on any stop of the coordinator, in the order in which they are asked. */
export const STOP_VETOES: Vetoes<StopQuestion> = [
  { name: "trino_unknown", veto: trinoUnknown }, //  WhenIdle: we must know that no query runs
  { name: "queries_running", veto: queriesRunning }, // WhenIdle: and none may run, before the deadline
];

/** The vetoes on its restart for a new revision. */
export const RESTART_VETOES: Vetoes<RestartQuestion> = [
  { name: "preflight", veto: preflight }, //         what was not proved may not touch what serves
  { name: "workers_first", veto: workersFirst }, //  same version: old workers stay until new ones are registered
  ...STOP_VETOES,
];

/** The first veto on restarting the coordinator now, or undefined when it may restart. */
export function restartVeto(question: RestartQuestion): Waiting | undefined {
  if (hasFailed(question)) return undefined;
  const unproved = preflight(question);
  return unproved ?? (isUp(question.observation, question.pod) ? firstOf(RESTART_VETOES, question) : undefined);
}

/** The first veto on stopping the coordinator of a cluster that is being suspended, or undefined when it may stop. */
export function stopVeto(question: StopQuestion): Waiting | undefined {
  return isUp(question.observation, question.pod) ? firstOf(STOP_VETOES, question) : undefined;
}

/** True under WhenIdle until its deadline, counted from when the stop was first wanted. */
export function idleRequired({ cluster, observation, pod }: StopQuestion): boolean {
  const policy = cluster.coordinator.updatePolicy;
  if (policy.kind === "Immediate" || !isUp(observation, pod)) return false;
  if (policy.deadlineSeconds === undefined || observation.targetSince === undefined) return true; // new: nobody has waited yet
  return observation.at < Date.parse(observation.targetSince) + policy.deadlineSeconds * 1000;
}

function firstOf<Question>(vetoes: Vetoes<Question>, question: Question): Waiting | undefined {
  for (const { veto } of vetoes) {
    const refusal = veto(question);
    if (refusal) return refusal;
  }
  return undefined;
}

/** A revision that was tried and did not serve has nothing to lose; workers that were tried alone say nothing about it. */
function hasFailed({ observation, pod }: RestartQuestion): boolean {
  const attempts = attemptsOf(observation).filter(({ coordinator }) => coordinator === pod.revision);
  return attempts.find(({ keptWith, result }) => keptWith === "coordinator" || result === "Served")?.result === "Failed";
}

function preflight({ preflight: { concluded, waiting } }: RestartQuestion): Waiting | undefined {
  return concluded ? undefined : waiting[0];
}

function workersFirst({ observation, target, pod, workers }: RestartQuestion): Waiting | undefined {
  const together = observation.coordinator?.compatibility !== target.compatibility;
  // New workers may never register with a coordinator that has not served yet, so nobody waits for that.
  if (together || workers.rolledOut || !hasServed(observation, "coordinator", pod.revision)) return undefined;
  return { reason: "WaitingForWorkers", message: "the coordinator restarts when its workers are on the new revision" };
}

function trinoUnknown(question: StopQuestion): Waiting | undefined {
  if (!idleRequired(question) || question.observation.trino.kind === "answered") return undefined;
  return {
    reason: "TrinoUnknown",
    message: "the coordinator stops when it says that no query runs, and it does not answer the operator",
  };
}

function queriesRunning(question: StopQuestion): Waiting | undefined {
  const { trino } = question.observation;
  if (!idleRequired(question) || trino.kind !== "answered" || trino.queries === 0) return undefined;
  const count = trino.queriesTold ?? trino.queries;
  return {
    reason: "QueriesRunning",
    message: `the coordinator stops when no query runs; there ${count === 1 ? "is 1" : `are ${count}`} now`,
  };
}
