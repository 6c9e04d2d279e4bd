/**
 * The plan: a pure function from what is wanted and what was seen to what may be done now.
 *
 * A plan is a value: which revision each role may receive, how many replicas each worker Deployment has, at most one
 * disruptive step, and what is waited for. It is made anew in every reconcile, so no progress lives in memory.
 */

import { type Observation, podsOf, revisionOf } from "./observation.ts";
import { planAttempt } from "./plan-attempt.ts";
import { type CoordinatorStep, planCoordinator, planSuspend } from "./plan-coordinator.ts";
import { planMetastore } from "./plan-metastore.ts";
import { type PreflightStep, planPreflight } from "./plan-preflight.ts";
import { planRegistration } from "./plan-registration.ts";
import { chooseTarget, standingTarget } from "./plan-target.ts";
import type { Plan, PlanInput, Target, Waiting, WorkersPlan } from "./plan-types.ts";
import { planWorkers } from "./plan-workers.ts";

/** Makes the plan. */
export function plan(wanted: PlanInput): Plan {
  const { target, rolledBack } = chooseTarget(wanted.target, wanted.observation);
  const input = { ...wanted, target, observation: asItRuns(wanted.observation) };
  const preflight = planPreflight(input);
  // While the new revisions may not touch anything, what is there is what has to serve.
  const goal = preflight.concluded ? target : standingTarget(input);
  const { coordinator, workers } = planRoles(input, { preflight, goal });
  const attempt = planAttempt({ ...input, target: goal }, { coordinator: coordinator.plan, workers, rolledBack });
  const registration = planRegistration(input);
  const roles = [...preflight.waiting, ...coordinator.waiting, ...registration.waiting, ...workers.waiting];
  const metastore = planMetastore(wanted, roles.length === 0 && rolledBack === undefined);
  return {
    target,
    rolledBack,
    preflight: preflight.plan,
    discard: preflight.discard,
    attempt,
    coordinator: coordinator.plan,
    workers: workers.replicas,
    drain: workers.drain,
    registration: registration.steps,
    retire: workers.retire,
    metastore,
    waiting: unique([...roles, ...(metastore?.waiting ?? [])]),
  };
}

/**
 * The coordinator's StatefulSet with the revision of its pod, where that has another one: an operator that died between the two
 * writes of a restart has changed the template and left the pod. What runs decides which workers are of use.
 */
function asItRuns(observation: Observation): Observation {
  const { coordinator } = observation;
  const pod = podsOf(observation, "coordinator").find((candidate) => !candidate.deleting);
  const running = pod && revisionOf(observation, "coordinator", pod.revision);
  if (!coordinator || !running) return observation;
  const { hash, version, compatibility } = running;
  return { ...observation, coordinator: { ...coordinator, revision: hash, version, compatibility } };
}

function planRoles(
  input: PlanInput,
  { preflight, goal }: { readonly preflight: PreflightStep; readonly goal: Target },
): { coordinator: CoordinatorStep; workers: WorkersPlan } {
  const { cluster, observation, target } = input;
  const suspend = cluster.suspend ? planSuspend(input) : undefined;
  const workers = planWorkers({
    observation,
    cluster: suspend?.workersMayGo === false ? { ...cluster, suspend: false } : cluster,
    target: goal,
  });
  // That all workers are of the standing revision says nothing about those that the coordinator waits for.
  const rolledOut = workers.rolledOut && goal.workers === target.workers;
  return { workers, coordinator: suspend ?? planCoordinator(input, { workers: { ...workers, rolledOut }, preflight }) };
}

function unique(waiting: readonly Waiting[]): readonly Waiting[] {
  return waiting.filter((entry, index) => waiting.findIndex(({ message }) => message === entry.message) === index);
}
