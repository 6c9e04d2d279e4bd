/**
 * Which pair of revisions the plan goes for: the one that the spec asks for, or, when that one was tried and did not serve,
 * the last one that did. What was tried is remembered with the coordinator's revision, so it survives the operator.
 */
import { type Attempt, type Observation, type ObservedRevision, revisionOf } from "./observation.ts";
import type { PlanInput, RolledBack, Target } from "./plan-types.ts";

/** The pair to go for, and why it is not the wanted one. */
export interface Choice {
  readonly target: Target;
  readonly rolledBack: RolledBack | undefined;
}

/** Chooses between the wanted pair and the last one that served. */
export function chooseTarget(wanted: Target, observation: Observation): Choice {
  const attempt = attemptOf(wanted, observation);
  const fallback = attempt?.result === "Failed" ? lastServed(wanted, observation) : undefined;
  if (!attempt || !fallback) return { target: wanted, rolledBack: undefined };
  return { target: fallback, rolledBack: { revision: wanted.coordinator, since: attempt.since, reason: attempt.reason } };
}

/** The last attempt to let this very pair serve. */
export function attemptOf(target: Target, observation: Observation): Attempt | undefined {
  const attempt = revisionOf(observation, "coordinator", target.coordinator)?.attempt;
  return attempt?.workers === target.workers ? attempt : undefined;
}

/** True when a revision of a role has served once, so that it needs no proof. */
export function hasServed(observation: Observation, role: ObservedRevision["role"], hash: string): boolean {
  return observation.revisions.some(
    (revision) => revision.attempt?.result === "Served" && (role === "coordinator" ? revision.hash : revision.attempt.workers) === hash,
  );
}

/** True when the coordinator answers and counts as many workers as the cluster needs to be Available. */
export function serves({ cluster, observation: { trino } }: Pick<PlanInput, "cluster" | "observation">): boolean {
  const needed = Math.min(cluster.workers.minAvailable, cluster.workers.replicas);
  return trino.kind === "answered" && !trino.starting && trino.registered >= needed;
}

/** The newest pair that served, of which both revisions are still remembered. */
function lastServed(wanted: Target, observation: Observation): Target | undefined {
  const [newest] = observation.revisions
    .filter(({ hash, attempt }) => attempt?.result === "Served" && !(hash === wanted.coordinator && attempt.workers === wanted.workers))
    .filter(({ attempt }) => revisionOf(observation, "worker", attempt?.workers ?? "") !== undefined)
    .sort((a, b) => (b.attempt?.since ?? "").localeCompare(a.attempt?.since ?? ""));
  if (!newest?.attempt) return undefined;
  const { version, compatibility, hash, attempt } = newest;
  return { version, compatibility, coordinator: hash, workers: attempt.workers };
}
