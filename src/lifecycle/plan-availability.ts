/** How many workers are of use to the coordinator, and how many of them must stay. */
import type { Cluster } from "../trino/cluster.ts";
import { type Observation, type ObservedPod, podsOf, standingWorkers } from "./observation.ts";

/** The coordinator looks at its workers every 5 s, and was seen to follow a change of their state up to 8 s late. */
export const COORDINATOR_LAG_MS = 8_000;

/**
 * Workers that surely take tasks: registered, and neither told to drain nor being deleted. Undefined when the coordinator
 * does not say. It may still count those that have just left, so they are taken off its number.
 */
export function activeWorkers(observation: Observation): number | undefined {
  const { trino } = observation;
  if (trino.kind !== "answered") return undefined;
  const stillCounted = podsOf(observation, "worker").filter((pod) => isStillCounted(observation, pod)).length;
  const staying = standingWorkers(observation).filter((pod) => pod.started && pod.drainSince === undefined).length;
  return Math.max(0, Math.min(trino.registered - stillCounted, staying));
}

/** One that has just left, or that is marked and was not told yet. One that was never told is active until it is deleted. */
function isStillCounted({ at, nodes }: Observation, { name, drainSince, deletingSince }: ObservedPod): boolean {
  const node = nodes.get(name);
  const untold = drainSince !== undefined && node?.kind === "answered" && node.state === "ACTIVE";
  const isRecent = (since: string | undefined): boolean => since !== undefined && at - Date.parse(since) < COORDINATOR_LAG_MS;
  return untold || isRecent(drainSince) || isRecent(deletingSince);
}

/** No step of ours may leave fewer active workers than so many, while there are more. */
export function neededWorkers({ workers }: Pick<Cluster, "workers">, wanted: number): number {
  return Math.min(workers.minAvailable, wanted);
}

/** Active workers beyond those needed: Infinity where none is of use to a query, negative where too few are left or nobody knows. */
export function spareWorkers(observation: Observation, needed: number): number {
  const { trino } = observation;
  if (!coordinatorRuns(observation)) return Number.POSITIVE_INFINITY;
  if (trino.kind === "answered" && !trino.starting && trino.registered === 0) return Number.POSITIVE_INFINITY;
  return (activeWorkers(observation) ?? Number.NEGATIVE_INFINITY) - needed;
}

/** Without a coordinator that runs there is no query. */
export function coordinatorRuns(observation: Observation): boolean {
  return podsOf(observation, "coordinator").some((pod) => pod.started);
}
