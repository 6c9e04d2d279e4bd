/**
 * Trino: which workers the coordinator counts, and what becomes of queries.
 * Sources: https://trino.io/docs/current/admin/graceful-shutdown.html, and `COORDINATOR_LAG_MS` of plan-availability.ts.
 */
import { DRAIN_MS } from "./kubelet.ts";
import { queryLost } from "./monitor.ts";
import { coordinatorPod, faultOf, isActive, processOf, type SimPod, type World } from "./world.ts";

/** The coordinator notices so late that a worker has left: a count may be too high for so long. */
const LEAVE_MS = 7_000;

/** A worker is counted at the latest so long after it, and the coordinator, are up. */
const REGISTER_SECONDS = 5;

/** A client on its way arrives at the latest so long after the withdrawal: kube-proxy has followed by then. */
const DELIVERY_MS = 3_000;

/** A query fails that finds no worker for so long: `query-manager.required-workers-max-wait`. */
const NO_WORKER_SECONDS = 40;

/** Lets Trino act once. */
export function trinoStep(world: World): void {
  const { trino } = world;
  const pod = coordinatorPod(world);
  const up = pod?.process === "up" ? pod : undefined;
  for (const worker of world.api.pods) if (worker.state === "DRAINING") drainStep(world, worker);
  const process = up ? processOf(up) : "";
  if (trino.process !== process) {
    trino.process = process;
    trino.members.clear();
  }
  if (up) {
    trino.lastSeen = world.now;
    countWorkers(world, up);
  }
  trino.queries = trino.queries.filter((query) => query.home === process && runs(world, query));
}

function drainStep(world: World, worker: SimPod): void {
  if (world.now - worker.stateSince >= DRAIN_MS && tasksOf(world, worker) === 0) tell(world, worker, "DRAINED");
}

/** What the coordinator says now. */
export function answerOf({ trino }: World): World["trino"]["answer"] {
  return { process: trino.process, registered: trino.members.size, queries: trino.queries.length };
}

/** Queries that run on a worker. */
export function tasksOf({ trino }: World, { uid }: SimPod): number {
  return trino.queries.filter(({ workers }) => workers?.includes(uid)).length;
}

/** Changes the state of a worker. */
export function tell(world: World, worker: SimPod, state: SimPod["state"]): void {
  worker.state = state;
  worker.stateSince = world.now;
}

function countWorkers(world: World, coordinator: SimPod): void {
  const { members } = world.trino;
  const workers = new Map(world.api.pods.filter((pod) => announces(world, pod, coordinator)).map((pod) => [pod.uid, pod]));
  for (const uid of workers.keys()) members.set(uid, { since: members.get(uid)?.since ?? world.now, leaves: undefined });
  for (const [uid, { since, leaves }] of members) {
    if (workers.has(uid)) continue;
    if (leaves === undefined) members.set(uid, { since, leaves: world.now + LEAVE_MS });
    else if (world.now >= leaves) members.delete(uid);
  }
}

function announces(world: World, pod: SimPod, coordinator: SimPod): boolean {
  if (pod.component !== "worker" || !isActive(pod) || pod.compatibility !== coordinator.compatibility) return false;
  if (faultOf(world, pod.revision) === "mute" || faultOf(world, coordinator.revision) === "mute") return false;
  const delay = (Number(pod.uid.slice(1)) * 7) % (REGISTER_SECONDS + 1);
  return world.now >= Math.max(pod.processSince, coordinator.processSince) + delay * 1000;
}

/** False when the query has ended, in one way or the other. */
function runs(world: World, query: World["trino"]["queries"][number]): boolean {
  if (query.workers === undefined) {
    const workers = world.api.pods.filter((pod) => world.trino.members.has(pod.uid) && pod.process === "up");
    if (workers.length > 0) query.workers = workers.map(({ uid }) => uid);
    else query.secondsWaited++;
    return query.secondsWaited < NO_WORKER_SECONDS;
  }
  const lost = query.workers.find((uid) => !world.api.pods.some((pod) => pod.uid === uid && pod.process === "up"));
  if (lost !== undefined) return queryLost(world, lost);
  query.secondsLeft--;
  return query.secondsLeft > 0;
}

/** A client sends a query, when the Service leads it to a coordinator; else it is told to come again. */
export function sendQuery(world: World, seconds: number): void {
  const pod = coordinatorPod(world);
  if (!pod?.ready || pod.process !== "up" || pod.deletedAt !== undefined) return;
  if (pod.withdrawnAt !== undefined && world.now > pod.withdrawnAt + DELIVERY_MS) return;
  world.trino.queries.push({ home: processOf(pod), workers: undefined, secondsWaited: 0, secondsLeft: seconds });
}
