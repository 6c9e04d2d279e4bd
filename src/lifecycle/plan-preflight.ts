/**
 * The preflight's part of the plan: before a new revision touches anything that serves, a throw-away pod of it starts outside
 * every Service. That it becomes ready proves image, JVM arguments, properties and catalogs; when it does not, nothing was touched.
 *
 * The first new worker of a rolling update is its own preflight, since the old ones stay until it is registered. So a pod of
 * the workers' revision runs only where all workers change at once, or where old ones may go before a new one is registered.
 */
import type { RoleName } from "../trino/cluster.ts";
import { type ObservedPod, type ObservedWorkload, podsOf, revisionOf } from "./observation.ts";
import { hasServed, serves } from "./plan-target.ts";
import type { PlanInput, PodReference, PreflightPlan, Waiting } from "./plan-types.ts";

/** The preflight's part of a plan. */
export interface PreflightStep {
  readonly plan: PreflightPlan;
  readonly discard: readonly PodReference[];
  readonly waiting: readonly Waiting[];
  /** False while the new revisions may not touch anything. */
  readonly concluded: boolean;
}

interface Subject {
  readonly role: RoleName;
  readonly revision: string;
}

/** Edits that follow each other so closely make one plan. */
const EDITS_SETTLE_MS = 5_000;

/** How long a preflight pod may wait for a node with room for it. */
const NO_ROOM_MS = 30_000;

/** A preflight that failed is tried again after this time: what it needed may be there by then. */
const TRY_AGAIN_MS = 10 * 60_000;

/** Plans the preflight. */
export function planPreflight(input: PlanInput): PreflightStep {
  const [subject] = subjects(input);
  const pods = podsOf(input.observation, "preflight").filter((pod) => !pod.deleting);
  const own = subject && pods.find((pod) => pod.revision === subject.revision);
  const others = pods.filter((pod) => pod !== own).map(referenceOf);
  if (settling(input)) return { plan: NOTHING, discard: others, concluded: false, waiting: [EDITS_SETTLING] };
  if (!subject) return { plan: NOTHING, discard: others, concluded: true, waiting: [] };
  const step = own ? judge(input, { subject, pod: own }) : { plan: { kind: "run" as const, ...subject }, waiting: running(subject) };
  return { discard: others, concluded: false, ...step, ...(step.discard ? { discard: [...others, ...step.discard] } : {}) };
}

const NOTHING: PreflightPlan = { kind: "none" };
const EDITS_SETTLING: Waiting = { reason: "EditsSettling", message: "edits that follow each other within 5 s make one change" };

type Judgement = Pick<PreflightStep, "plan" | "waiting"> & { readonly discard?: readonly PodReference[] };

function judge({ cluster, observation }: PlanInput, { subject, pod }: { subject: Subject; pod: ObservedPod }): Judgement {
  const since = (time: string | undefined): number => (time === undefined ? 0 : observation.at - Date.parse(time));
  if (pod.ready) return { plan: { kind: "conclude", ...subject, result: "Passed" }, waiting: running(subject) };
  const stuck = !pod.started && !pod.problem && since(pod.created) > cluster.workers.rollout.progressDeadlineSeconds * 1000;
  if (since(pod.unscheduledSince) > NO_ROOM_MS || stuck) {
    return { plan: { kind: "conclude", ...subject, result: "Skipped" }, waiting: running(subject) };
  }
  if (!pod.ended && (!pod.problem || pod.unscheduledSince !== undefined)) return { plan: NOTHING, waiting: running(subject) };
  const again = pod.ended && since(pod.created) > TRY_AGAIN_MS;
  return { plan: NOTHING, waiting: [failed(pod)], ...(again ? { discard: [referenceOf(pod)] } : {}) };
}

function running({ role, revision }: Subject): readonly Waiting[] {
  return [{ reason: "PreflightRunning", message: `a throw-away pod tries revision ${revision} of the ${role}` }];
}

function failed(pod: ObservedPod): Waiting {
  const why = pod.problem?.message ?? `pod ${pod.name} ended before it was ready`;
  return { reason: "PreflightFailed", message: `the preflight failed, nothing was touched: ${why}` };
}

/** What has to be tried before it may serve: nothing where nothing serves, and nothing that served before. */
function subjects(input: PlanInput): readonly Subject[] {
  const { cluster, observation, target } = input;
  const running = observation.coordinator;
  if (!cluster.workers.rollout.preflight || cluster.suspend || !running || !isWorthProof(input, running)) return [];
  const together = running.compatibility !== target.compatibility;
  const coordinator = running.revision === target.coordinator ? [] : [{ role: "coordinator" as const, revision: target.coordinator }];
  const replaced = observation.workers.some((workload) => workload.replicas > 0 && workload.revision !== target.workers);
  const { maxSurge, maxUnavailable } = cluster.workers.rollout;
  const allMayGo = maxSurge === 0 || cluster.workers.replicas <= maxUnavailable;
  const workers = replaced && (together || allMayGo) ? [{ role: "worker" as const, revision: target.workers }] : [];
  return [...coordinator, ...workers].filter(
    ({ role, revision }) => !hasServed(observation, role, revision) && revisionOf(observation, role, revision)?.preflight === undefined,
  );
}

/**
 * There is something to lose where a revision has served, and where one may serve that nobody has remembered yet.
 * Of a cluster that was suspended nothing runs: it would wait for the proof without a coordinator.
 */
function isWorthProof(input: PlanInput, { revision, replicas }: ObservedWorkload): boolean {
  const { observation } = input;
  if (replicas === 0) return false;
  if (hasServed(observation, "coordinator", revision)) return true;
  const started = podsOf(observation, "coordinator").some((pod) => pod.started && !pod.deleting);
  return serves(input) || (started && observation.trino.kind !== "answered");
}

/** True while a wanted revision is so new that the next edit may be on its way. */
function settling(input: PlanInput): boolean {
  const { observation, target } = input;
  const running = observation.coordinator;
  if (!running || !isWorthProof(input, running)) return false;
  const fresh = (role: RoleName, hash: string): boolean => {
    const known = revisionOf(observation, role, hash);
    return !known || observation.at - Date.parse(known.created) < EDITS_SETTLE_MS;
  };
  const workersDiffer = observation.workers.some((workload) => workload.replicas > 0 && workload.revision !== target.workers);
  return (
    (running.revision !== target.coordinator && fresh("coordinator", target.coordinator)) ||
    (workersDiffer && fresh("worker", target.workers))
  );
}

function referenceOf({ name, uid }: ObservedPod): PodReference {
  return { name, uid };
}
