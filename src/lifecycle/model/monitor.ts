/** What must never happen, checked where it would. A violation is a sentence; the run that has one fails. */
import type { Observation } from "../observation.ts";
import { attemptsOf, type Pair } from "../plan-target.ts";
import type { Plan, PodReference } from "../plan-types.ts";
import {
  activeWorkers,
  coordinatorPod,
  DRAIN_TIMEOUT_SECONDS,
  faultOf,
  floorOf,
  processOf,
  type SimPod,
  type SimWorkload,
  targetOf,
  type World,
} from "./world.ts";

/** Notes a breach of a promise. */
export function violated(world: World, sentence: string): void {
  world.monitor.violations.push(sentence);
}

/** For so long after a fault nobody can know how many workers there are: caches and Trino's count follow later. */
const UNKNOWN_MS = 15_000;

/** How old an answer can be when Kubernetes acts on what was decided with it. */
const ANSWER_MS = 3_000;

/** Workers are deleted, or told to drain: as many as were asked for must stay active, if there were so many. */
export function workersLeave(world: World, floor: number, remove: () => void): void {
  const before = activeWorkers(world).filter(({ uid }) => isKnown(world, uid)).length;
  remove();
  const after = activeWorkers(world).length;
  // One that is being deleted still works on its last queries.
  if (coordinatorPod(world)?.process !== "up" || isUnknown(world)) return;
  if (before >= floor && after < floor) violated(world, `${before} workers were active, ${floor} had to stay, and ${after} did`);
}

/** After a fault, and while a cache that is behind still shows workers that left. */
function isUnknown({ now, lag, monitor }: World): boolean {
  const unseen = lag.pods > 0 && now - monitor.lastLeave <= (lag.pods + 1) * 1000;
  monitor.lastLeave = now;
  return unseen || now < monitor.lastFault + UNKNOWN_MS;
}

/** A worker that has just registered is not in the answer yet on which the operator decided. */
function isKnown({ trino, now }: World, uid: string): boolean {
  const since = trino.members.get(uid)?.since;
  return since !== undefined && now - since >= ANSWER_MS;
}

/** Workers are removed by order: each has drained, or had its time, or does not run. */
export function workersRemoved(world: World, pods: readonly PodReference[]): void {
  for (const pod of world.api.pods.filter(({ uid }) => pods.some((reference) => reference.uid === uid))) {
    const timedOut = world.now - (pod.drainSince ?? world.now) >= DRAIN_TIMEOUT_SECONDS * 1000;
    if (pod.process === "up" && pod.state !== "DRAINED" && !timedOut) violated(world, `worker ${pod.name} is removed and has not drained`);
  }
}

/** For so long after its time is over a worker may still be there: until it is removed, and its kubelet acts. */
const REMOVAL_MS = 45_000;

/** A worker is killed with its tasks: it had its time to finish them, and had it once. */
export function workerKilled(world: World, pod: SimPod): void {
  const deleted = pod.deletedAt ?? world.now;
  const told = pod.state === "ACTIVE" ? deleted : Math.min(pod.stateSince, deleted);
  const seconds = DRAIN_TIMEOUT_SECONDS * 1000;
  if (world.now - told < seconds) violated(world, `worker ${pod.name} was killed before drainTimeout`);
  const unaware = Math.max(world.monitor.lastFault, world.hungUntil, world.operator.downUntil, deleted);
  if (deleted - told >= seconds && world.now - unaware > REMOVAL_MS && world.lag.pods === 0)
    violated(world, `worker ${pod.name} had drainTimeout twice`);
}

/** A query's worker has vanished before its tasks ended. Returns false: the query has ended. */
export function queryLost(world: World, worker: string): false {
  const pod = world.api.pods.find(({ uid }) => uid === worker);
  if (!pod && !world.monitor.excused.has(worker) && world.now >= world.monitor.lastFault + UNKNOWN_MS) {
    violated(world, `worker ${worker} was gone before its tasks ended and before drainTimeout`);
  }
  return false;
}

/** There must be one serving coordinator at most. */
export function checkCoordinators(world: World): void {
  const serving = [...world.api.pods, ...world.orphans].filter(({ component, process }) => component === "coordinator" && process === "up");
  if (serving.length > 1) violated(world, `${serving.length} coordinators serve`);
}

/** Edits that follow each other so closely make one change. */
const SETTLE_MS = 5_000;

/** Workers that the serving coordinator cannot count must not be started beside it, and none before their edit has settled. */
export function workersRaised(world: World, { revision, compatibility, replicas }: SimWorkload): void {
  const pod = coordinatorPod(world);
  if (!pod?.started || pod.deletedAt !== undefined) return;
  const hasOwn = world.api.deployments.some((deployment) => deployment.compatibility === pod.compatibility);
  if (hasOwn && pod.compatibility !== compatibility)
    violated(world, `workers ${revision} are started while coordinator ${pod.revision} serves`);
  const record = world.api.records.find(({ hash }) => hash === revision);
  const others = world.api.deployments.some((deployment) => deployment.revision !== revision && deployment.replicas > 0);
  const fresh = record && world.now - Date.parse(record.created) < SETTLE_MS;
  if (fresh && others && replicas === 0 && isSeenServing(world, pod))
    violated(world, `workers ${revision} are started before their edit has settled`);
}

/** The operator has seen that it serves, and it still does. */
function isSeenServing(world: World, pod: SimPod): boolean {
  const needed = Math.max(1, floorOf(world, world.wanted.replicas));
  return pod.process === "up" && world.monitor.seenServing.has(pod.uid) && activeWorkers(world).length >= needed;
}

/** What the operator sees: from then on it must protect a coordinator that serves. */
export function seen(world: World, { trino, pods }: Observation): void {
  const goal = world.wanted.suspend ? "suspended" : targetOf(world.wanted).coordinator;
  if (goal !== world.monitor.goal) Object.assign(world.monitor, { goal, stopWanted: world.now });
  const pod = pods.find(({ component, deleting }) => component === "coordinator" && !deleting);
  const needed = Math.min(world.settings.minAvailable, world.wanted.replicas);
  if (pod && trino.kind === "answered" && !trino.starting && trino.registered >= Math.max(1, needed))
    world.monitor.seenServing.add(pod.uid);
}

/** The operator stops a coordinator. */
export function coordinatorStopped(world: World, pod: SimPod, plan: Plan | undefined): void {
  if (pod.deletedAt !== undefined) return;
  checkQueries(world, pod);
  if (plan?.coordinator.kind !== "replace") return;
  checkBadRevision(world, pod, plan);
  const pair = pairOf(plan.target);
  if (world.monitor.failed.get(pair) === world.monitor.contentEdits) violated(world, `${pair} failed, and is tried again unchanged`);
}

function checkQueries(world: World, pod: SimPod): void {
  const lost = world.trino.queries.filter(({ home }) => home === processOf(pod)).length;
  const { updatePolicy: policy } = world.settings;
  if (lost === 0 || policy.kind === "Immediate" || hasFailed(world, pod)) return;
  if (world.wanted.suspend && hasJustStarted(world, pod)) return;
  const waited = world.now - world.monitor.stopWanted;
  if (policy.deadlineSeconds !== undefined && waited >= policy.deadlineSeconds * 1000) return;
  violated(world, `${lost} queries were lost with coordinator ${pod.revision}`);
}

/** It had not started when the cache was filled, and Trino says nothing: only a precondition of a delete can tell, and a scale has none. */
function hasJustStarted({ now, lag, silentUntil }: World, { processSince }: SimPod): boolean {
  return lag.pods > 0 && now - processSince <= lag.pods * 1000 && now < silentUntil;
}

/** A revision that was tried and did not serve: its queries are given up. */
function hasFailed({ api }: World, { revision }: SimPod): boolean {
  const attempts = attemptsOf({ revisions: api.records }).filter(({ coordinator }) => coordinator === revision);
  return attempts.find(({ keptWith, result }) => keptWith === "coordinator" || result === "Served")?.result === "Failed";
}

function checkBadRevision(world: World, pod: SimPod, { target, rolledBack }: Plan): void {
  if (!world.settings.preflight || !isSeenServing(world, pod) || rolledBack || hasFailed(world, pod)) return;
  const together = pod.compatibility !== target.compatibility;
  const changed = [target.coordinator, ...(together ? [target.workers] : [])];
  const bad = changed.find((revision) => ["crashes", "unpullable"].includes(faultOf(world, revision)) && !isExcused(world, revision));
  if (bad !== undefined) violated(world, `coordinator ${pod.revision} serves and is stopped for ${bad}, which cannot start`);
}

/** Without room for its throw-away pod nothing can be known; and what served once, or passed, is taken as good. */
function isExcused(world: World, revision: string): boolean {
  const { records } = world.api;
  const served = records.some(({ attempt }) => attempt?.result === "Served" && [attempt.coordinator, attempt.workers].includes(revision));
  return served || records.some(({ hash, preflight }) => hash === revision && preflight !== undefined);
}

/** A pair has failed, and there is another one to go back to. */
export function pairFailed(world: World, pair: Pair): void {
  world.monitor.failed.set(pairOf(pair), world.monitor.contentEdits);
}

/** Nothing may be remembered as having served that has not. */
export function pairServed(world: World, pair: Pair): void {
  const pod = coordinatorPod(world);
  const ran = pod?.revision === pair.coordinator && world.api.pods.some(({ revision }) => revision === pair.workers);
  world.monitor.hasServed = true;
  if (!ran) violated(world, `${pairOf(pair)} is remembered as having served, and never ran`);
}

function pairOf({ coordinator, workers }: Pair): string {
  return `${coordinator}, ${workers}`;
}
