/** Why an attempt to let a pair of revisions serve has failed, or that it may still succeed. */
import { type ObservedPod, podsOf } from "./observation.ts";
import { serves } from "./plan-target.ts";
import type { PlanInput } from "./plan-types.ts";

/** A coordinator that fails so often will not come up by waiting. */
const HOPELESS_RESTARTS = 3;

/** The coordinator's pod, and since when its pair is tried, RFC 3339. */
export interface Trial {
  readonly pod: ObservedPod;
  readonly since: string;
}

/** Why a coordinator with its workers has failed; undefined while it may succeed. One that is ready but silent proves nothing. */
export function failureOfPair(input: PlanInput, { pod, since }: Trial): string | undefined {
  if (!pod.started && pod.problem && pod.restarts >= HOPELESS_RESTARTS) return pod.problem.message;
  // One that serves is only waited for: its old workers may drain for longer than that.
  if (!isLate(input, [since, pod.created]) || serves(input)) return undefined;
  if (!pod.ready) return pod.problem?.message ?? "the coordinator did not become ready within workers.rollout.progressDeadline";
  const workers = podsOf(input.observation, "worker");
  return isLate(input, oldest(workers)) ? tooFew(input, workers) : undefined;
}

/** The same of workers that are new to a coordinator that has served. It says nothing about them while it is not ready itself. */
export function failureOfWorkers(input: PlanInput, { pod, since }: Trial): string | undefined {
  const workers = podsOf(input.observation, "worker").filter(({ revision }) => revision === input.target.workers);
  if (!pod.ready || pod.readySince === undefined || workers.length === 0 || serves(input)) return undefined;
  return isLate(input, [since, pod.readySince, ...oldest(workers)]) ? tooFew(input, workers) : undefined;
}

function tooFew({ cluster, observation: { trino } }: PlanInput, workers: readonly ObservedPod[]): string | undefined {
  if (trino.kind !== "answered" || trino.starting) return undefined;
  const problem = workers.find((candidate) => candidate.problem)?.problem?.message;
  const { minAvailable, replicas } = cluster.workers;
  const needed = Math.min(minAvailable, replicas);
  return problem ?? `${trino.registered} workers were registered within workers.rollout.progressDeadline, at least ${needed} are needed`;
}

function oldest(pods: readonly ObservedPod[]): readonly string[] {
  return pods
    .map(({ created }) => created)
    .sort()
    .slice(0, 1);
}

/** The deadline counts from the last of these times: a suspension, or a node that was lost, began the pods anew. */
function isLate({ cluster, observation }: PlanInput, times: readonly string[]): boolean {
  const began = Math.max(...times.map((time) => Date.parse(time)));
  return observation.at > began + cluster.workers.rollout.progressDeadlineSeconds * 1000;
}
