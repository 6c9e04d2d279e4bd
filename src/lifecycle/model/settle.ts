/** After the last edit and fault: what is wanted is reached in a bounded time, and then nothing is written any more. */
import { podsOf } from "../observation.ts";
import type { Plan, Target } from "../plan-types.ts";
import { pass } from "./seconds.ts";
import { observe } from "./view.ts";
import { activeWorkers, coordinatorPod, faultOf, floorOf, targetOf, type World } from "./world.ts";

/** The longest way to the end: an attempt, its deadline, the way back, each with a drain. In seconds. */
const BOUND = 2_700;

/** For so long nothing may be written; longer than every deadline but that of another try after a failed preflight. */
const QUIET = 125;

/** The same while something is waited for: longer than a worker may be unknown to the coordinator. */
const QUIET_WAITING = 345;

/** Why the world does not come to rest where it should, or undefined. */
export function settle(world: World): string | undefined {
  endFaults(world);
  let quiet = 0;
  for (let second = 0; second < BOUND && quiet < quietOf(world); second++) {
    const before = fingerprint(world);
    pass(world, 1);
    quiet = before === fingerprint(world) ? quiet + 1 : 0;
    const [violation] = world.monitor.violations;
    if (violation !== undefined) return violation;
  }
  if (quiet < quietOf(world)) return `it is not at rest after ${BOUND} s: ${JSON.stringify(world.operator.lastPlan)}`;
  return isWhereItShould(world) ? undefined : `it rests where it should not: ${describe(world)}`;
}

function quietOf({ operator: { lastPlan } }: World): number {
  return lastPlan?.waiting.length === 0 ? QUIET : QUIET_WAITING;
}

function endFaults(world: World): void {
  world.silentUntil = 0;
  world.fullUntil = 0;
  world.hungUntil = 0;
  world.lag = { pods: 0, deployments: 0 };
  world.operator.writesLeft = undefined;
  world.operator.downUntil = 0;
  world.version++;
  for (const lost of world.lostNodes.values()) lost.until = world.now;
}

function fingerprint({ writes, operator: { lastPlan } }: World): string {
  return `${writes} ${JSON.stringify({ ...lastPlan, waiting: [] })}`; // what a plan waits for changes while a process fails again and again
}

function isWhereItShould(world: World): boolean {
  const plan = world.operator.lastPlan;
  if (!plan) return false;
  if (world.wanted.suspend)
    return !world.api.pods.some(({ component, process }) => component === "coordinator" || (component === "worker" && process !== "ended"));
  if (isContradiction(world) && plan.waiting.some(({ reason }) => reason === "RolloutBlocked") && standsStill(world, plan)) return true;
  if (plan.rolledBack) return mayBeRolledBack(world) && isReached(world, plan, plan.target);
  return isReached(world, plan, targetOf(world.wanted)) || mayStandStill(world, plan);
}

/** A good revision fails, too, when its node is lost or full for too long. */
function mayBeRolledBack(world: World): boolean {
  return isBad(world, targetOf(world.wanted)) || world.monitor.lastFault > 0;
}

/** Where a person has to act, and is told so. */
function mayStandStill(world: World, plan: Plan): boolean {
  const bad = isBad(world, targetOf(world.wanted));
  if (bad && !world.monitor.hasServed) return true;
  return bad && standsStill(world, plan);
}

/** This pair serves, with all its workers and nothing else, and nothing is waited for. */
function isReached(world: World, plan: Plan, { coordinator, workers }: Target): boolean {
  const pod = coordinatorPod(world);
  const { deployments, pods } = world.api;
  return (
    plan.waiting.length === 0 &&
    pod?.process === "up" &&
    pod.revision === coordinator &&
    pod.withdrawnAt === undefined &&
    deployments.every(({ revision, replicas }) => revision === workers && replicas === world.wanted.replicas) &&
    activeWorkers(world).length === world.wanted.replicas &&
    pods.filter(({ process }) => process !== "ended").length === 1 + world.wanted.replicas
  );
}

function isBad(world: World, { coordinator, workers }: Target): boolean {
  return faultOf(world, coordinator) !== "none" || faultOf(world, workers) !== "none";
}

/** None may be missing and none be added: no worker can be replaced, and that is said. */
function isContradiction({ settings: { maxSurge, minAvailable }, wanted }: World): boolean {
  return maxSurge === 0 && minAvailable >= wanted.replicas;
}

/** A bad revision that is said and has touched nothing: what served still does. */
function standsStill(world: World, plan: Plan): boolean {
  const pod = coordinatorPod(world);
  const floor = floorOf(world, world.wanted.replicas);
  return isSaid(plan) && pod?.process === "up" && pod.withdrawnAt === undefined && activeWorkers(world).length >= floor;
}

function isSaid({ waiting }: Plan): boolean {
  return waiting.some(({ reason }) => ["PreflightFailed", "WorkersRollingOut"].includes(reason));
}

function describe(world: World): string {
  const observation = observe(world);
  const { coordinator, workers, trino, revisions } = observation;
  const pods = [...podsOf(observation, "coordinator"), ...podsOf(observation, "worker"), ...podsOf(observation, "preflight")];
  return JSON.stringify(
    {
      wanted: targetOf(world.wanted),
      set: coordinator && [coordinator.revision, coordinator.replicas],
      workers: workers.map(({ revision, replicas }) => [revision, replicas]),
      pods: pods.map(({ name, revision, ready, started, deleting }) => [name, revision, { ready, started, deleting }]),
      trino,
      revisions: revisions.map(({ hash, attempt, preflight }) => [hash, preflight, attempt]),
      plan: world.operator.lastPlan,
    },
    undefined,
    1,
  );
}
