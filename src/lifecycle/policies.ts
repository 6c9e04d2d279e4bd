/**
 * The policies: an ordered array of small named vetoes on restarting the coordinator.
 * The first that refuses is what the status tells.
 */
import type { ObservedPod } from "./observation.ts";
import type { PlanInput, Waiting, WorkersPlan } from "./plan-types.ts";

/** What a veto decides on: everything that `plan` knows, and the pod in question. */
export interface RestartQuestion extends PlanInput {
  readonly pod: ObservedPod;
  readonly workers: WorkersPlan;
}

type Veto = (question: RestartQuestion) => Waiting | undefined;

/** The vetoes, in the order in which they are asked. A pod that has not started has nothing to lose: no veto is asked for it. */
export const RESTART_VETOES: readonly { readonly name: string; readonly veto: Veto }[] = [
  { name: "workers_first", veto: workersFirst }, // same version: a bad configuration is found by a worker, not by the coordinator
  { name: "trino_unknown", veto: trinoUnknown }, //  WhenIdle: we must know that no query runs
  { name: "queries_running", veto: queriesRunning }, // WhenIdle: and none may run, before the deadline
];

/** The first veto on restarting the coordinator now, or undefined when it may restart. */
export function restartVeto(question: RestartQuestion): Waiting | undefined {
  if (!question.pod.started) return undefined;
  for (const { veto } of RESTART_VETOES) {
    const refusal = veto(question);
    if (refusal) return refusal;
  }
  return undefined;
}

function workersFirst({ observation, target, workers }: RestartQuestion): Waiting | undefined {
  const sameVersion = observation.coordinator?.version === target.version;
  if (!sameVersion || workers.rolledOut) return undefined;
  return { reason: "WaitingForWorkers", message: "the coordinator restarts when its workers are on the new revision" };
}

function trinoUnknown(question: RestartQuestion): Waiting | undefined {
  if (!idleRequired(question) || question.observation.trino.kind === "answered") return undefined;
  return {
    reason: "TrinoUnknown",
    message: "the coordinator restarts when it says that no query runs, and it does not answer the operator",
  };
}

function queriesRunning(question: RestartQuestion): Waiting | undefined {
  const { trino } = question.observation;
  if (!idleRequired(question) || trino.kind !== "answered" || trino.queries === 0) return undefined;
  return {
    reason: "QueriesRunning",
    message: `the coordinator restarts when no query runs; there ${trino.queries === 1 ? "is 1" : `are ${trino.queries}`} now`,
  };
}

/** True under WhenIdle until its deadline, counted from when the restart was first wanted. */
function idleRequired({ cluster, observation }: RestartQuestion): boolean {
  const policy = cluster.coordinator.updatePolicy;
  if (policy.kind === "Immediate") return false;
  if (policy.deadlineSeconds === undefined || observation.targetSince === undefined) return true; // new: nobody has waited yet
  return observation.at < Date.parse(observation.targetSince) + policy.deadlineSeconds * 1000;
}
