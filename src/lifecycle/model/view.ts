/** What the operator sees: its caches, which may be some seconds old but hold its own last writes, and Trino's answer. */
import { observation as noMetastore } from "../fixtures.ts";
import type { Observation, ObservedNode, ObservedPod, ObservedTrino, ObservedWorkload } from "../observation.ts";
import { SUSPENDED } from "../plan-types.ts";
import { addressesMatter, workersToAsk } from "../questions.ts";
import { answerOf, tasksOf } from "./trino.ts";
import { processOf, rfc3339, type SimPod, type SimWorkload, targetOf, type World } from "./world.ts";

/** The cluster of the model has none. */
const NO_METASTORE = noMetastore().metastore;

/** How many ticks are remembered: the most that a cache can be behind. */
const REMEMBERED = 8;

/** Remembers what the API server holds at the end of a tick. */
export function remember(world: World): void {
  const { pods, deployments } = world.api;
  world.history.unshift({ pods: pods.map((pod) => ({ ...pod })), deployments: deployments.map((deployment) => ({ ...deployment })) });
  world.history.length = Math.min(world.history.length, REMEMBERED);
}

/** Puts what a write of the operator's returned into its cache. */
export function putPod(world: World, pod: SimPod): void {
  world.own.pods.set(pod.uid, [world.now, { ...pod }]);
}

/** The same for a Deployment; an answer to a change of its scale is of another kind, and is not put there. */
export function putDeployment(world: World, deployment: SimWorkload): void {
  world.own.deployments.set(deployment.uid, [world.now, { ...deployment }]);
}

/** Makes the observation. */
export function observe(world: World): Observation {
  const { api, now, wanted } = world;
  const pods = cachedPods(world);
  const trino = askTrino(world, pods);
  const goal = wanted.suspend ? SUSPENDED : targetOf(wanted).coordinator;
  const seen: Observation = {
    at: now,
    time: rfc3339(now),
    coordinator: api.set && observeWorkload(api.set), // only the operator writes it, and what it wrote is in the cache
    workers: cachedDeployments(world).map(observeWorkload),
    pods: pods.map(observePod),
    metastore: NO_METASTORE,
    trino,
    nodes: new Map(),
    addresses: undefined,
    revisions: api.records,
    targetSince: api.rollout?.to === goal ? api.rollout.since : undefined,
  };
  return { ...seen, nodes: askWorkers(world, seen), addresses: addressesMatter(seen) ? knownAddresses(world) : undefined };
}

function askWorkers(world: World, seen: Observation): Observation["nodes"] {
  const asked = workersToAsk(seen, world.wanted.suspend ? 0 : world.wanted.replicas);
  return new Map(asked.map(({ name, uid }) => [name, askWorker(world, uid)]));
}

function askWorker(world: World, uid: string): ObservedNode {
  const pod = world.api.pods.find((candidate) => candidate.uid === uid);
  if (pod?.process !== "up") return { kind: "silent" };
  return { kind: "answered", state: pod.deletedAt === undefined ? pod.state : "SHUTTING_DOWN", tasks: tasksOf(world, pod) };
}

/** A coordinator knows itself, too. */
function knownAddresses({ trino }: World): ReadonlySet<string> {
  return new Set([trino.process.split("/")[0] ?? "", ...trino.members.keys()]);
}

/** The pods in the operator's cache. */
export function cachedPods(world: World): readonly SimPod[] {
  return cached(world.api.pods, {
    old: world.history[world.lag.pods - 1]?.pods,
    own: world.own.pods,
    since: world.now - world.lag.pods * 1000,
  });
}

/** The Deployments in the operator's cache. */
export function cachedDeployments(world: World): readonly SimWorkload[] {
  const { lag, history, own, now } = world;
  return cached(world.api.deployments, {
    old: history[lag.deployments - 1]?.deployments,
    own: own.deployments,
    since: now - lag.deployments * 1000,
  });
}

interface Cache<T> {
  /** Undefined when the cache is not behind. */
  readonly old: readonly T[] | undefined;
  readonly own: ReadonlyMap<string, [number, T]>;
  readonly since: number;
}

function cached<T extends { readonly uid: string }>(truth: readonly T[], { old, own, since }: Cache<T>): readonly T[] {
  if (!old) return truth;
  const recent = [...own.values()].filter(([at]) => at > since).map(([, object]) => object);
  const known = old.map((object) => recent.find(({ uid }) => uid === object.uid) ?? object);
  return [...known, ...recent.filter(({ uid }) => !known.some((object) => object.uid === uid))];
}

/** The coordinator that the cache shows is asked; one that is gone by now does not answer. */
function askTrino(world: World, pods: readonly SimPod[]): ObservedTrino {
  const shown = pods.find(({ component, deletedAt }) => component === "coordinator" && deletedAt === undefined);
  if (!shown || shown.process === "none" || shown.process === "waiting") return { kind: "unasked" };
  const pod = world.api.pods.find(({ uid }) => uid === shown.uid);
  if (world.now < world.silentUntil || !pod || !["starting", "up"].includes(pod.process)) return { kind: "silent", reason: "timeout" };
  const version = pod.revision.split("-")[2] ?? "";
  if (pod.process === "starting") return { kind: "answered", version, starting: true, registered: 0, queries: 0 };
  const { answer } = world.trino;
  const { registered, queries } = answer.process === processOf(pod) ? answer : answerOf(world);
  return { kind: "answered", version, starting: false, registered, queries };
}

function observeWorkload(workload: SimWorkload): ObservedWorkload {
  const { name, uid, revision, compatibility, replicas, created } = workload;
  const version = Number(revision.split("-")[2]);
  const resourceVersion = workloadVersionOf(workload);
  return {
    name,
    uid,
    resourceVersion,
    revision,
    version,
    compatibility,
    replicas,
    ready: 0,
    created: rfc3339(created),
    problem: undefined,
  };
}

/** It is another one when anything of a Deployment changes. */
export function workloadVersionOf({ replicas }: SimWorkload): string {
  return String(replicas);
}

/** It is another one when anything of a pod is that the API tells; only of a coordinator does it matter. */
export function resourceVersionOf(pod: SimPod): string {
  const { component, process, ready, started, restarts, deletedAt, withdrawnAt, node } = pod;
  return component === "coordinator" ? JSON.stringify([process, ready, started, restarts, deletedAt, withdrawnAt, node]) : "";
}

const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : rfc3339(at));

/** A pod as the operator sees it. */
export function observePod(pod: SimPod): ObservedPod {
  return {
    name: pod.name,
    uid: pod.uid,
    resourceVersion: resourceVersionOf(pod),
    component: pod.component,
    revision: pod.revision,
    ready: pod.ready,
    started: pod.started,
    deleting: pod.deletedAt !== undefined,
    deleteBy: time(pod.deleteBy),
    ended: pod.process === "ended",
    restarts: pod.restarts,
    created: rfc3339(pod.created),
    unscheduledSince: time(pod.unscheduledSince),
    withdrawnSince: time(pod.withdrawnAt),
    drainSince: time(pod.drainSince),
    deletingSince: time(pod.deletedAt),
    deletionCost: pod.deletionCost,
    readySince: pod.ready ? rfc3339(pod.processSince) : undefined,
    unregisteredSince: time(pod.unregisteredSince),
    ip: pod.node === undefined ? undefined : pod.uid,
    node: pod.node,
    problem: pod.problem,
  };
}
