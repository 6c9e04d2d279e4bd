/** Nodes: the scheduler, the kubelets, and what Kubernetes does about a node that is lost. */
import { removePod } from "./kubernetes.ts";
import { workerKilled } from "./monitor.ts";
import { faultOf, NODES, processOf, type SimPod, type World } from "./world.ts";

/** How long a Trino process takes to start, and a crashed one waits until it is started again. */
const START_MS = { coordinator: 6_000, worker: 4_000 } as const;
const BACK_OFF_MS = 5_000;

/** How long a process takes to stop. A coordinator's preStop hook waits for its queries before, for so long. */
const STOP_MS = 2_000;
const LAST_QUERIES_MS = 6_000;

/** What the API says of a lost node's pods: not ready after the one, deleted after the other time. */
const NOT_READY_MS = 5_000;
const EVICTED_MS = 20_000;

/** A worker's preStop hook: twice `shutdown.grace-period` around its tasks; it gives up when the coordinator has been away so long. */
export const DRAIN_MS = 16_000;
const SILENT_MS = 10_000;

/** Lets every node act once. */
export function kubeletStep(world: World): void {
  for (const [node, { until }] of world.lostNodes) if (world.now >= until) returnNode(world, node);
  for (const pod of [...world.api.pods]) podStep(world, pod);
  if (world.now >= world.hungUntil) world.orphans = [];
}

function podStep(world: World, pod: SimPod): void {
  const lost = world.lostNodes.get(pod.node ?? "");
  if (pod.node === undefined) schedule(world, pod);
  else if (lost) away(world, pod, lost.since);
  else if (pod.deletedAt === undefined) run(world, pod);
  else if (hasEnded(world, pod)) removePod(world, pod);
}

function schedule(world: World, pod: SimPod): void {
  const free = world.now < world.fullUntil ? [] : NODES.filter((node) => !world.lostNodes.has(node));
  const node = free[Number(pod.uid.slice(1)) % Math.max(1, free.length)];
  if (node === undefined) {
    if (pod.unscheduledSince === undefined) world.version++;
    pod.unscheduledSince ??= world.now;
    pod.problem = { reason: "Unschedulable", message: `${pod.name}: no node has room` };
    return;
  }
  pod.node = node;
  pod.unscheduledSince = undefined;
  pod.problem = undefined;
  become(world, pod, "starting");
}

function run(world: World, pod: SimPod): void {
  const waited = world.now - pod.processSince;
  if (pod.process === "waiting" && waited >= BACK_OFF_MS) become(world, pod, "starting");
  const starting = pod.component === "worker" || pod.revision.startsWith("w") ? START_MS.worker : START_MS.coordinator;
  if (pod.process !== "starting" || waited < starting) return;
  const fault = faultOf(world, pod.revision);
  if (fault === "crashes") crash(world, pod);
  else if (fault === "unpullable") stuck(world, pod);
  else serve(world, pod);
}

function serve(world: World, pod: SimPod): void {
  pod.problem = undefined;
  pod.ready = true;
  pod.started = true;
  become(world, pod, "up");
}

function stuck(world: World, pod: SimPod): void {
  if (pod.problem) return;
  pod.problem = { reason: "ImagePullFailed", message: `${pod.name}: the image is not there` };
  world.version++;
}

/** Its process ends; it is started again, unless it is a throw-away pod. */
export function crash(world: World, pod: SimPod): void {
  pod.ready = false;
  pod.started = false;
  pod.problem = { reason: "ConfigurationRefused", message: `${pod.name}: Trino exited` };
  if (pod.component !== "preflight") pod.restarts++;
  become(world, pod, pod.component === "preflight" ? "ended" : "waiting");
}

/** It ends for good. */
export function evict(world: World, pod: SimPod): void {
  if (pod.process !== "up" || pod.deletedAt !== undefined) return;
  pod.ready = false;
  pod.started = false;
  become(world, pod, "ended");
}

function become(world: World, pod: SimPod, process: SimPod["process"]): void {
  pod.process = process;
  pod.state = "ACTIVE";
  pod.processSince = world.now;
  world.version++;
}

function hasEnded(world: World, pod: SimPod): boolean {
  if (world.now < world.hungUntil) return false;
  const gone = world.now - (pod.deletedAt ?? world.now);
  if (pod.component !== "worker") return gone >= STOP_MS + (hasQueries(world, pod) ? LAST_QUERIES_MS : 0);
  return pod.process !== "up" || workerEnded(world, pod, gone);
}

function workerEnded(world: World, pod: SimPod, gone: number): boolean {
  const busy = world.trino.queries.some(({ workers }) => workers?.includes(pod.uid));
  const alone = world.now - Math.max(world.trino.lastSeen, pod.deletedAt ?? 0) > SILENT_MS;
  const late = world.now >= (pod.deleteBy ?? 0);
  if (busy && (alone || late)) endBusy(world, pod, alone);
  return alone || late || (gone >= DRAIN_MS && !busy);
}

function hasQueries({ trino }: World, pod: SimPod): boolean {
  return pod.process === "up" && trino.queries.some(({ home }) => home === processOf(pod));
}

/** It goes with its tasks. */
function endBusy(world: World, pod: SimPod, alone: boolean): void {
  world.monitor.excused.add(pod.uid);
  if (!alone) workerKilled(world, pod);
}

/** The node's kubelet says nothing: what the API says of the pod stays, but for what the node controller writes. */
function away(world: World, pod: SimPod, since: number): void {
  if (world.now - since >= NOT_READY_MS && pod.ready) {
    pod.ready = false;
    world.version++;
  }
  if (world.now - since < EVICTED_MS || pod.deletedAt !== undefined) return;
  pod.deletedAt = world.now;
  pod.deleteBy = world.now + 10_000;
  world.version++;
}

/** All processes of a node end. */
export function loseNode(world: World, node: string, seconds: number): void {
  if (world.lostNodes.has(node)) return;
  world.lostNodes.set(node, { since: world.now, until: world.now + seconds * 1000 });
  world.monitor.lastFault = world.now;
  for (const pod of world.api.pods) if (pod.node === node) pod.process = "gone";
}

/** The node was started anew, and so are its containers. */
function returnNode(world: World, node: string): void {
  world.lostNodes.delete(node);
  world.monitor.lastFault = world.now;
  for (const pod of world.api.pods) {
    if (pod.node !== node) continue;
    pod.ready = false;
    pod.started = false;
    pod.restarts++;
    become(world, pod, "starting");
  }
}
