/**
 * Removing workers by order: the least busy are told to drain, and when they have, exactly their pods go.
 *
 * Each step leaves its trace on the pods: a mark, then a deletion cost that says "this one first". The next plan goes on from
 * there, so an operator that is killed between any two writes loses nothing. Trino can take a drain back at any time.
 */

import { type Observation, type ObservedPod, type ObservedWorkload, podsOf, standingWorkers } from "./observation.ts";
import { COORDINATOR_LAG_MS } from "./plan-availability.ts";
import type { DrainStep, PlanInput, PodReference, Released, Waiting } from "./plan-types.ts";

/** The deletion costs that we write. Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#pod-deletion-cost */
export const DELETION_COST = { marked: -1_000_000, released: -2_000_000, timedOut: -3_000_000 } as const;

/** How long a worker has to end when its time to drain is over, in seconds: as long as its kubelet needs. */
const SHORT_GRACE_SECONDS = 30;

/** Which Deployment is to come down to how many replicas. */
export interface DrainQuestion {
  readonly input: PlanInput;
  readonly workload: ObservedWorkload;
  readonly goal: number;
  /** Active workers beyond those needed; negative where too few are left. */
  readonly spare: number;
}

/** What is done about one Deployment. */
export interface DrainPlan {
  readonly replicas: number;
  readonly steps: readonly DrainStep[];
  readonly waiting: readonly Waiting[];
}

/** Plans the way of one Deployment down to its goal, or of its marked workers back. */
export function planDrain(question: DrainQuestion): DrainPlan {
  const { workload, goal } = question;
  const { observation } = question.input;
  const pods = standingWorkers(observation, workload.revision);
  const replicas = Math.max(workload.replicas, goal);
  // Its ReplicaSet has not yet removed all that it was told to remove: the marked ones may be among them.
  if (pods.length > workload.replicas) return { replicas, steps: [], waiting: [] };
  const surplus = Math.max(0, Math.min(workload.replicas, pods.length) - goal);
  const chosen = leastBusyFirst(observation, pods).slice(0, surplus);
  const marks = chosen.filter((pod) => pod.drainSince === undefined);
  const marked = chosen.filter((pod) => pod.drainSince !== undefined);
  const markable = withinSpare(marks, question.spare);
  const removal = planRemoval(question, { pods, marked });
  return {
    replicas,
    steps: [
      ...restores(
        observation,
        pods.filter((pod) => !chosen.includes(pod)),
      ),
      ...markable.map((pod) => ({ kind: "mark" as const, pod: referenceOf(pod), started: pod.started })),
      ...marked.flatMap((pod) => next(question, pod)),
      ...removal.steps,
    ],
    waiting: [
      ...removal.waiting,
      ...(markable.length < marks.length || (surplus > 0 && question.spare < 0) ? [noneToSpare(question)] : []),
    ],
  };
}

/** The steps by which marked workers that stay become what they were. */
export function restores(observation: Observation, pods: readonly ObservedPod[]): readonly DrainStep[] {
  return pods
    .filter((pod) => pod.drainSince !== undefined)
    .map((pod) => ({ kind: "restore", pod: referenceOf(pod), started: pod.started, instead: removedInstead(observation, pod) }));
}

/** Those that nobody told to go, and that go while one that was to go stays. */
function removedInstead(observation: Observation, pod: ObservedPod): readonly string[] {
  if (!isReleased(pod)) return [];
  return podsOf(observation, "worker")
    .filter(({ revision, deleting, drainSince }) => revision === pod.revision && deleting && drainSince === undefined)
    .map(({ name }) => name);
}

/** Marked before unmarked, so that a choice stays made; then those on which nothing runs; then by tasks, the youngest first. */
export function leastBusyFirst({ nodes }: Pick<Observation, "nodes">, pods: readonly ObservedPod[]): readonly ObservedPod[] {
  const tasks = (pod: ObservedPod): number => {
    const node = nodes.get(pod.name);
    return node?.kind === "answered" ? node.tasks : Number.MAX_SAFE_INTEGER;
  };
  return [...pods].sort(
    (a, b) =>
      Number(a.drainSince === undefined) - Number(b.drainSince === undefined) ||
      Math.min(a.deletionCost, 0) - Math.min(b.deletionCost, 0) ||
      Number(a.started) - Number(b.started) ||
      tasks(a) - tasks(b) ||
      b.created.localeCompare(a.created) ||
      a.name.localeCompare(b.name),
  );
}

/** A worker that has not started is no loss. */
function withinSpare(marks: readonly ObservedPod[], spare: number): readonly ObservedPod[] {
  const running = marks.filter((pod) => pod.started).slice(0, Math.max(0, spare));
  return marks.filter((pod) => !pod.started || running.includes(pod));
}

function next({ input, spare }: DrainQuestion, pod: ObservedPod): readonly DrainStep[] {
  const result = released(input, pod);
  const since = pod.drainSince ?? "";
  if (result) return isReleased(pod) ? [] : [{ kind: "release", pod: referenceOf(pod), since, result }];
  const node = input.observation.nodes.get(pod.name);
  // It is not counted any more, but until it is told it works: others may have failed since it was marked.
  return node?.kind === "answered" && node.state === "ACTIVE" && spare >= 0 ? [{ kind: "drain", pod: referenceOf(pod) }] : [];
}

/** Why a marked worker may be removed, or undefined while it may not. */
function released({ cluster, observation }: PlanInput, pod: ObservedPod): Released | undefined {
  const elapsed = observation.at - Date.parse(pod.drainSince ?? "");
  const node = observation.nodes.get(pod.name);
  if (!pod.started) return "NotRunning";
  // The coordinator follows late: what it gave the worker meanwhile must have been seen by it.
  if (node?.kind === "answered" && node.state === "DRAINED" && elapsed >= COORDINATOR_LAG_MS) return "Drained";
  if (elapsed < cluster.workers.drainTimeoutSeconds * 1000) return undefined;
  return node?.kind === "answered" && node.state !== "ACTIVE" ? "TimedOut" : "Untold";
}

function isReleased({ deletionCost }: ObservedPod): boolean {
  return deletionCost <= DELETION_COST.released;
}

/** Workers that go and had all their time before they were removed: `terminationGracePeriodSeconds` would give it once more. */
export function hasten({ at, pods }: Observation): readonly DrainStep[] {
  const latest = at + SHORT_GRACE_SECONDS * 1000;
  return pods
    .filter(
      ({ deletionCost, deleteBy }) => deletionCost === DELETION_COST.timedOut && deleteBy !== undefined && Date.parse(deleteBy) > latest,
    )
    .map((pod) => ({ kind: "hasten", pod: referenceOf(pod), gracePeriodSeconds: SHORT_GRACE_SECONDS }));
}

function planRemoval(
  { input, workload, goal }: DrainQuestion,
  { pods, marked }: { readonly pods: readonly ObservedPod[]; readonly marked: readonly ObservedPod[] },
): { readonly steps: readonly DrainStep[]; readonly waiting: readonly Waiting[] } {
  const gone = marked.filter((pod) => isReleased(pod) && released(input, pod) !== undefined);
  const replicas = Math.max(goal, Math.min(workload.replicas, pods.length) - gone.length);
  if (replicas >= workload.replicas) return { steps: [], waiting: [] };
  const obstacle = inTheWay({ pods, chosen: gone.map(({ uid }) => uid), replicas });
  if (obstacle === undefined) {
    return { steps: [{ kind: "remove", revision: workload.revision, replicas, pods: gone.map(referenceOf) }], waiting: [] };
  }
  return { steps: [], waiting: [{ reason: "ScaleInBlocked", message: `drained workers cannot be removed yet: ${obstacle}` }] };
}

/** A Deployment's pods, those of them that are to go, and how many replicas it is to have then. */
export interface Removal {
  readonly pods: readonly ObservedPod[];
  /** UIDs. */
  readonly chosen: readonly string[];
  readonly replicas: number;
}

/**
 * What keeps a ReplicaSet from removing just the chosen pods, in words; undefined when it will. It takes pods that are not
 * assigned, Pending or not ready before those with a low deletion cost. One that has not started may go in place of a chosen one.
 * Source: `ActivePodsWithRanks` in https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/controller_utils.go
 */
export function inTheWay({ pods, chosen, replicas }: Removal): string | undefined {
  const standing = pods.filter((pod) => !pod.deleting && !pod.ended);
  const going = standing.filter((pod) => chosen.includes(pod.uid));
  const count = standing.length - replicas;
  if (count <= 0) return undefined;
  const unharmed = standing.filter((pod) => pod.started && !going.includes(pod));
  if (count > standing.length - unharmed.length) return `${count} pods would go, and only ${going.length} have drained`;
  const sooner = unharmed.find((pod) => going.some((other) => rank(pod) <= rank(other)));
  return sooner && `pod ${sooner.name} is ${sooner.ready ? "of the same deletion cost" : "not ready"} and would go first`;
}

/** Unready pods go first, then those of a low deletion cost. */
function rank({ ready, deletionCost }: ObservedPod): number {
  return (ready ? 2 ** 33 : 0) + deletionCost;
}

function noneToSpare({ input: { observation } }: DrainQuestion): Waiting {
  const { trino } = observation;
  const message =
    trino.kind === "answered"
      ? `no worker can go yet: ${trino.registered} are registered with the coordinator, and those that stay must be first`
      : "no worker can go: the coordinator does not answer, so nobody knows which workers are of use";
  return { reason: "ScaleInBlocked", message };
}

function referenceOf({ name, uid }: ObservedPod): PodReference {
  return { name, uid };
}
