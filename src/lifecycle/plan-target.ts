/**
 * Which pair of revisions the plan goes for: the one that the spec asks for, or, when that one was tried and did not serve,
 * the last one that did. What was tried is remembered with the revisions, so it survives the operator.
 */
import type { RoleName } from "../trino/cluster.ts";
import { type Attempt, type Observation, type ObservedRevision, revisionOf } from "./observation.ts";
import type { PlanInput, RolledBack, Target } from "./plan-types.ts";

/** The pair to go for, and why it is not the wanted one. */
export interface Choice {
  readonly target: Target;
  readonly rolledBack: RolledBack | undefined;
}

/** An attempt, and with whose revision it is kept: with the workers' where they alone were tried. */
export interface KnownAttempt extends Attempt {
  readonly keptWith: RoleName;
}

/** Two revisions that serve together, or shall. */
export type Pair = Pick<Attempt, "coordinator" | "workers">;

/** Chooses between the wanted pair and the last one that served. */
export function chooseTarget(wanted: Target, observation: Observation): Choice {
  const attempt = attemptOf(wanted, observation);
  const fallback = attempt?.result === "Failed" ? lastServed(wanted, observation) : undefined;
  if (!attempt || !fallback) return { target: wanted, rolledBack: undefined };
  const { keptWith: role, since, reason } = attempt;
  const revision = role === "worker" ? wanted.workers : wanted.coordinator;
  return { target: fallback, rolledBack: { role, revision, since, reason } };
}

/** What is there now, as a target. Workers that are gone, or were tried in vain, are those that served the coordinator last. */
export function standingTarget({ target, observation }: Pick<PlanInput, "target" | "observation">): Target {
  const { coordinator } = observation;
  if (!coordinator) return target;
  const { revision, version = target.version, compatibility = target.compatibility } = coordinator;
  const [main] = [...observation.workers].sort((a, b) => b.replicas - a.replicas || b.created.localeCompare(a.created));
  const pair = { coordinator: revision, workers: main?.revision ?? target.workers };
  const isThere = main !== undefined && main.replicas > 0 && attemptOf(pair, observation)?.result !== "Failed";
  const served = isThere ? undefined : lastServedWith(revision, observation);
  return { version, compatibility, coordinator: revision, workers: served ?? pair.workers };
}

function lastServedWith(revision: string, observation: Observation): string | undefined {
  return attemptsOf(observation).find(
    ({ result, coordinator, workers }) =>
      result === "Served" && coordinator === revision && revisionOf(observation, "worker", workers) !== undefined,
  )?.workers;
}

/** Everything that is remembered of attempts, the newest first. */
export function attemptsOf({ revisions }: Pick<Observation, "revisions">): readonly KnownAttempt[] {
  return revisions
    .flatMap(({ role, attempt }) => (attempt ? [{ ...attempt, keptWith: role }] : []))
    .sort((a, b) => b.since.localeCompare(a.since));
}

/** The last attempt to let this very pair serve. */
export function attemptOf(pair: Pair, observation: Observation): KnownAttempt | undefined {
  return attemptsOf(observation).find((attempt) => isSame(attempt, pair));
}

/** True when a revision of a role has served once, so that it needs no proof. */
export function hasServed(observation: Observation, role: ObservedRevision["role"], hash: string): boolean {
  return attemptsOf(observation).some(
    ({ result, coordinator, workers }) => result === "Served" && (role === "coordinator" ? coordinator : workers) === hash,
  );
}

/** True when the coordinator answers and counts as many workers as the cluster needs to be Available. */
export function serves({ cluster, observation: { trino } }: Pick<PlanInput, "cluster" | "observation">): boolean {
  const needed = Math.min(cluster.workers.minAvailable, cluster.workers.replicas);
  return trino.kind === "answered" && !trino.starting && trino.registered >= needed;
}

/** The newest other pair that served, of which both revisions are still remembered. */
export function lastServed(wanted: Pair, observation: Observation): Target | undefined {
  for (const { result, coordinator, workers } of attemptsOf(observation)) {
    const record = revisionOf(observation, "coordinator", coordinator);
    if (result !== "Served" || isSame({ coordinator, workers }, wanted) || !record) continue;
    if (!revisionOf(observation, "worker", workers)) continue;
    return { version: record.version, compatibility: record.compatibility, coordinator, workers };
  }
  return undefined;
}

/** Whether these are the same two revisions. */
export function isSame(one: Pair, other: Pair): boolean {
  return one.coordinator === other.coordinator && one.workers === other.workers;
}
