/**
 * The controllers of Kubernetes that matter to a plan: StatefulSet (OnDelete), Deployment with its ReplicaSet, and the garbage
 * collector. They act once a second, after the operator, as real ones act some time after a write.
 */
import { workersLeave } from "./monitor.ts";
import type { SimPod, SimWorkload, World } from "./world.ts";

/** How long a pod has to end: `terminationGracePeriodSeconds`. */
const GRACE_MS: Readonly<Record<string, number>> = { coordinator: 10_000, preflight: 5_000, worker: 75_000 };

/** Lets every controller act once. */
export function controllersStep(world: World): void {
  statefulSetStep(world);
  for (const deployment of world.api.deployments) deploymentStep(world, deployment);
  collectGarbage(world);
}

/** One pod of a fixed name: a new one is made only when the old one is gone, whatever its template. */
function statefulSetStep(world: World): void {
  const { set, pods } = world.api;
  if (!set) return;
  const pod = pods.find(({ component }) => component === "coordinator");
  if (!pod && set.replicas === 1) createPod(world, { component: "coordinator", name: `${set.name}-0`, workload: set });
  if (pod && set.replicas === 0) deletePod(world, pod);
}

function deploymentStep(world: World, deployment: SimWorkload): void {
  // One that has ended is none of its pods any more, and stays. Source: `FilterActivePods` of the ReplicaSet controller
  const standing = workersOf(world, deployment.revision).filter(({ deletedAt, process }) => deletedAt === undefined && process !== "ended");
  for (let missing = standing.length; missing < deployment.replicas; missing++) {
    createPod(world, { component: "worker", name: `${deployment.revision}-${world.uids}`, workload: deployment });
  }
  const surplus = [...standing].sort(deletedFirst).slice(0, Math.max(0, standing.length - deployment.replicas));
  if (surplus.length > 0)
    workersLeave(world, deployment.floor, () => {
      for (const pod of surplus) deletePod(world, pod);
    });
}

/**
 * Which of two pods a ReplicaSet deletes first: unassigned before assigned, Pending before Running, not ready before ready, of
 * a lower deletion cost before a higher, ready for a shorter time before longer, with more restarts before fewer, younger before older.
 * Source: kubernetes/pkg/controller, ActivePodsWithRanks.Less
 */
function deletedFirst(a: SimPod, b: SimPod): number {
  const running = (pod: SimPod): boolean => pod.process !== "none";
  return (
    Number(a.node !== undefined) - Number(b.node !== undefined) ||
    Number(running(a)) - Number(running(b)) ||
    Number(a.ready) - Number(b.ready) ||
    a.deletionCost - b.deletionCost ||
    b.processSince - a.processSince ||
    b.restarts - a.restarts ||
    b.created - a.created
  );
}

/** Pods of a Deployment that is gone go as well, each with its preStop hook. */
function collectGarbage(world: World): void {
  const known = new Set(world.api.deployments.map(({ revision }) => revision));
  const orphans = world.api.pods.filter(
    ({ component, revision, deletedAt }) => component === "worker" && !known.has(revision) && !deletedAt,
  );
  if (orphans.length > 0)
    workersLeave(world, 0, () => {
      for (const pod of orphans) deletePod(world, pod);
    });
}

function workersOf({ api }: World, revision: string): readonly SimPod[] {
  return api.pods.filter((pod) => pod.component === "worker" && pod.revision === revision);
}

interface NewPod {
  readonly component: SimPod["component"];
  readonly name: string;
  readonly workload: Pick<SimWorkload, "revision" | "compatibility">;
}

/** Creates a pod. */
export function createPod(world: World, { component, name, workload: { revision, compatibility } }: NewPod): void {
  world.version++;
  world.uids++;
  world.api.pods.push({
    uid: `p${world.uids}`,
    name,
    component,
    revision,
    compatibility,
    created: world.now,
    node: undefined,
    unscheduledSince: undefined,
    process: "none",
    processSince: world.now,
    ready: false,
    started: false,
    restarts: 0,
    problem: undefined,
    deletedAt: undefined,
    deleteBy: undefined,
    withdrawnAt: undefined,
    state: "ACTIVE",
    stateSince: world.now,
    drainSince: undefined,
    deletionCost: 0,
    unregisteredSince: undefined,
  });
}

/** Deletes a pod gracefully; one that no node has is gone at once. A second delete changes nothing. */
export function deletePod(world: World, pod: SimPod): void {
  if (pod.deletedAt !== undefined) return;
  world.version++;
  pod.deletedAt = world.now;
  pod.deleteBy = world.now + (GRACE_MS[pod.component] ?? 0);
  if (pod.node === undefined) removePod(world, pod);
}

/** Takes a pod out of the API. */
export function removePod(world: World, pod: SimPod): void {
  world.version++;
  world.api.pods = world.api.pods.filter(({ uid }) => uid !== pod.uid);
}
