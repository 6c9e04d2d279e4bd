/** Whom to ask: nobody while all is well, since each question is a request to a worker that has better things to do. */
import { leaves, type Observation, type ObservedPod, presentWorkers, standingWorkers } from "./observation.ts";
import { hasServed } from "./plan-target.ts";

/** Workers that leave, and those among which is to be chosen who leaves when `wanted` are to stay. */
export function workersToAsk(observation: Observation, wanted: number): readonly ObservedPod[] {
  const shrinking = observation.workers.filter((workload) => workload.replicas > wanted).map(({ revision }) => revision);
  return presentWorkers(observation).filter((pod) => pod.started && (leaves(pod) || shrinking.includes(pod.revision)));
}

/**
 * Whether to ask the coordinator by address which workers it knows: when it counts fewer than are ready, and when it is about to be
 * remembered that new ones serve, for it may still count others that have gone.
 */
export function addressesMatter(observation: Observation): boolean {
  const { trino } = observation;
  const ready = standingWorkers(observation).filter((pod) => pod.ready && pod.drainSince === undefined);
  const unproved = ready.some(({ revision }) => !hasServed(observation, "worker", revision));
  return trino.kind === "answered" && !trino.starting && (unproved || trino.registered < ready.length);
}
