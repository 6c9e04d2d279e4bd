/**
 * Workers that live but that the coordinator does not know: said after five minutes, then replaced, one at a time and at most
 * three times for a revision. Since when is written on the pod, and how often with its revision, so both survive the operator.
 */
import { type Observation, type ObservedPod, podsOf, presentWorkers, revisionOf, standingWorkers } from "./observation.ts";
import type { PlanInput, PodReference, RegistrationStep, Waiting } from "./plan-types.ts";

/** What is done about workers that the coordinator does not know. */
export interface RegistrationPlan {
  readonly steps: readonly RegistrationStep[];
  readonly waiting: readonly Waiting[];
}

/** Workers announce themselves every 5 s: before this time has passed, nothing is worth a note. Both have to be up for so long. */
const SETTLE_MS = 30_000;

/** How long a worker may be unknown. */
const PATIENCE_MS = 5 * 60_000;

/** How many workers of a revision are replaced at most: a cause that they share is not cured by another pod. */
export const REPLACEMENTS = 3;

const NOTHING: RegistrationPlan = { steps: [], waiting: [] };

/** Plans what is done about them. */
export function planRegistration({ cluster, observation }: PlanInput): RegistrationPlan {
  const unknown = cluster.suspend ? undefined : unknownWorkers(observation);
  if (!unknown) return NOTHING;
  const staying = standingWorkers(observation).filter((pod) => pod.drainSince === undefined);
  const notes = staying.flatMap((pod) => note(observation, { pod, unknown: unknown.includes(pod) }));
  const [late] = unknown.filter((pod) => isLate(observation, pod)).sort(longestFirst);
  if (!late) return { steps: notes, waiting: [] };
  const replaced = revisionOf(observation, "worker", late.revision)?.replacedWorkers ?? REPLACEMENTS;
  const replace: RegistrationStep = { kind: "replace", pod: referenceOf(late), revision: late.revision, attempt: replaced + 1 };
  return {
    steps: replaced < REPLACEMENTS && othersAreUp(observation) ? [...notes, replace] : notes,
    waiting: [notRegistered(late, replaced)],
  };
}

/** Ready workers that the coordinator does not know; undefined when nobody can tell. Marked ones leave anyway. */
export function unknownWorkers(observation: Observation): readonly ObservedPod[] | undefined {
  const { trino, addresses } = observation;
  if (trino.kind !== "answered" || trino.starting) return undefined;
  const ready = standingWorkers(observation).filter((pod) => pod.ready && pod.drainSince === undefined);
  if (trino.registered >= ready.length) return [];
  if (!addresses || !arePodAddresses(observation, addresses)) return undefined;
  return ready.filter((pod) => pod.ip !== undefined && !addresses.has(pod.ip));
}

/** Ready workers that the coordinator has not known for so long that nobody counts on them any more. */
export function lostWorkers(observation: Observation): readonly ObservedPod[] {
  return (unknownWorkers(observation) ?? []).filter((pod) => isLate(observation, pod));
}

/** Those whose address the coordinator names; undefined when it names none of the cluster, as where nodes announce names. */
export function namedByCoordinator({ pods, addresses }: Observation, some: readonly ObservedPod[]): readonly ObservedPod[] | undefined {
  const isNamed = ({ ip }: ObservedPod): boolean => ip !== undefined && addresses?.has(ip) === true;
  return pods.some(isNamed) ? some.filter(isNamed) : undefined;
}

/** Nodes may announce themselves by names that we do not know; then there are fewer matches than the coordinator has workers. */
function arePodAddresses(observation: Observation, addresses: ReadonlySet<string>): boolean {
  const { trino, pods } = observation;
  const known = podsOf(observation, "worker").filter((pod) => pod.ip !== undefined && addresses.has(pod.ip)).length;
  if (trino.kind !== "answered" || known < trino.registered) return false;
  return trino.registered > 0 || [...addresses].every((address) => pods.some((pod) => pod.ip === address));
}

function note(observation: Observation, { pod, unknown }: { pod: ObservedPod; unknown: boolean }): readonly RegistrationStep[] {
  if (!unknown) return pod.unregisteredSince === undefined ? [] : [{ kind: "clear", pod: referenceOf(pod) }];
  if (pod.unregisteredSince !== undefined || !bothUpFor(observation, { pod, ms: SETTLE_MS })) return [];
  return [{ kind: "suspect", pod: referenceOf(pod) }];
}

function isLate(observation: Observation, pod: ObservedPod): boolean {
  const { unregisteredSince } = pod;
  const noted = unregisteredSince !== undefined && observation.at - Date.parse(unregisteredSince) >= PATIENCE_MS;
  return noted && bothUpFor(observation, { pod, ms: PATIENCE_MS });
}

/** A worker cannot register with a coordinator that is not there. */
function bothUpFor(observation: Observation, { pod, ms }: { readonly pod: ObservedPod; readonly ms: number }): boolean {
  const coordinator = podsOf(observation, "coordinator").find((candidate) => !candidate.deleting);
  return [coordinator, pod].every((one) => one?.readySince !== undefined && observation.at - Date.parse(one.readySince) >= ms);
}

/** One at a time: nobody leaves, and whoever came last is up. */
function othersAreUp(observation: Observation): boolean {
  return presentWorkers(observation).every((pod) => !pod.deleting && pod.ready);
}

function longestFirst(a: ObservedPod, b: ObservedPod): number {
  return (a.unregisteredSince ?? "").localeCompare(b.unregisteredSince ?? "") || a.name.localeCompare(b.name);
}

function notRegistered({ name, unregisteredSince }: ObservedPod, replaced: number): Waiting {
  const then =
    replaced < REPLACEMENTS
      ? `it is replaced (attempt ${replaced + 1} of ${REPLACEMENTS})`
      : `${REPLACEMENTS} workers of its revision were replaced in vain: look into its log, at the NetworkPolicies between workers and coordinator, then set workers.restartAt`;
  return {
    reason: "WorkerNotRegistered",
    message: `pod ${name} is ready, but the coordinator does not know it since ${unregisteredSince}; ${then}`,
  };
}

function referenceOf({ name, uid }: ObservedPod): PodReference {
  return { name, uid };
}
