/**
 * Executes a plan on the simulated API server, in the order of `controllers/trino-cluster/execute`. Each write counts, and the
 * operator can be killed between any two of them. What goes out at the same time there goes in one of several orders here.
 */
import type { ObservedRevision } from "../observation.ts";
import type { Plan, SeenObject } from "../plan-types.ts";
import { executeWorkers } from "./execute-workers.ts";
import { createPod, deletePod, removePod } from "./kubernetes.ts";
import { coordinatorStopped, pairFailed, pairServed } from "./monitor.ts";
import { pruneRecords } from "./prune-records.ts";
import { putPod, resourceVersionOf } from "./view.ts";
import { compatibilityOfRevision, rfc3339, type SimPod, targetOf, type World } from "./world.ts";

/** The operator was killed. */
export class Killed extends Error {}

/** Writes to the API server, or dies before. */
export type Write = (change: () => void) => void;

/** One request of several that go out at the same time. */
export type Request = () => void;

/** Executes a plan. */
export function execute(world: World, plan: Plan): void {
  const write: Write = (change) => {
    if (world.operator.writesLeft === 0) throw new Killed();
    if (world.operator.writesLeft !== undefined) world.operator.writesLeft--;
    world.writes++;
    world.version++;
    change();
  };
  applyRevisions(world, write);
  recall(world, plan);
  executeAttempt(world, plan, write);
  const parts = [executePreflight(world, plan, write), executeCoordinator(world, plan, write), executeWorkers(world, plan, write)];
  for (const request of inSomeOrder(parts, world.operator.order)) request();
  pruneRecords(world, write);
}

/** One after the other from any of them, or in turns. */
function inSomeOrder(parts: readonly (readonly Request[])[], order: number): readonly Request[] {
  const first = order % parts.length;
  const turned = [...parts.slice(first), ...parts.slice(0, first)];
  if (order < parts.length) return turned.flat();
  const longest = Math.max(...turned.map((part) => part.length));
  return Array.from({ length: longest }, (_, index) => turned.flatMap((part) => part.slice(index, index + 1))).flat();
}

function applyRevisions(world: World, write: Write): void {
  const { coordinator, workers, version } = targetOf(world.wanted);
  for (const [role, hash] of [
    ["coordinator", coordinator],
    ["worker", workers],
  ] as const) {
    if (world.api.records.some((record) => record.hash === hash)) continue;
    const record: ObservedRevision = {
      name: hash,
      uid: `r${++world.uids}`,
      role,
      hash,
      version,
      compatibility: compatibilityOfRevision(hash),
      created: rfc3339(world.now),
      preflight: undefined,
      attempt: undefined,
      replacedWorkers: 0,
    };
    write(() => {
      world.api.records = [...world.api.records, record];
    });
  }
}

/** A revision that is not rendered has to be remembered. */
function recall({ api, monitor }: World, { target }: Plan): void {
  for (const hash of [target.coordinator, target.workers]) {
    if (!api.records.some((record) => record.hash === hash)) monitor.violations.push(`revision ${hash} is gone for, and forgotten`);
  }
}

function patchRecord(world: World, hash: string, change: Partial<ObservedRevision>): void {
  world.api.records = world.api.records.map((record) => (record.hash === hash ? { ...record, ...change } : record));
}

function executeAttempt(world: World, { attempt: step, rolledBack }: Plan, write: Write): void {
  if (step.kind === "keep") return;
  const { attempt, keptWith } = step;
  write(() => {
    patchRecord(world, keptWith === "worker" ? attempt.workers : attempt.coordinator, { attempt });
    if (attempt.result === "Failed" && !rolledBack) pairFailed(world, attempt);
    if (attempt.result === "Served") pairServed(world, attempt);
  });
}

function executePreflight(world: World, { preflight, discard }: Plan, write: Write): readonly Request[] {
  const discards = discard.map(({ uid }) => (): void => {
    const pod = byUid(world, uid);
    if (pod && pod.deletedAt === undefined) write(() => deletePod(world, pod));
  });
  if (preflight.kind === "none") return discards;
  if (preflight.kind === "conclude") {
    const { revision, result } = preflight;
    return [...discards, () => write(() => patchRecord(world, revision, { preflight: result }))];
  }
  const { revision } = preflight;
  const wanted = targetOf(world.wanted);
  return [
    ...discards,
    () => {
      const name = `preflight-${revision}`;
      if (![wanted.coordinator, wanted.workers].includes(revision) || world.api.pods.some((pod) => pod.name === name)) return;
      write(() => createPod(world, { component: "preflight", name, workload: { revision, compatibility: "" } }));
    },
  ];
}

function executeCoordinator(world: World, plan: Plan, write: Write): readonly Request[] {
  const { coordinator } = plan;
  switch (coordinator.kind) {
    case "keep":
      return [];
    case "apply":
      return [() => applySet(world, { plan, replicas: coordinator.replicas, write })];
    case "withdraw":
      return [() => serveClients(world, { uid: coordinator.pod.uid, withdrawnAt: world.now, write })];
    case "restore":
      return [() => serveClients(world, { uid: coordinator.pod.uid, withdrawnAt: undefined, write })];
    case "replace":
      return [() => applySet(world, { plan, replicas: 1, write }), () => replace(world, { plan, seen: coordinator.pod, write })];
    case "abandon":
      return [() => abandon(world, { seen: coordinator.pod, node: coordinator.node, write })];
    default:
      return coordinator satisfies never;
  }
}

function applySet(world: World, { plan, replicas, write }: { plan: Plan; replicas: 0 | 1; write: Write }): void {
  const { coordinator: revision, compatibility } = plan.target;
  const { set } = world.api;
  if (set?.revision === revision && set.replicas === replicas) return;
  const identity = set ?? { name: "coordinator", uid: "set", created: world.now };
  write(() => {
    const pod = world.api.pods.find(({ component }) => component === "coordinator");
    if (replicas === 0 && pod) coordinatorStopped(world, pod, plan);
    world.api.set = { ...identity, revision, compatibility, replicas, floor: 0 };
  });
}

function serveClients(world: World, { uid, withdrawnAt, write }: { uid: string; withdrawnAt: number | undefined; write: Write }): void {
  const pod = byUid(world, uid);
  if (!pod) return;
  write(() => {
    pod.withdrawnAt = withdrawnAt;
    putPod(world, pod);
  });
}

function replace(world: World, { plan, seen, write }: { plan: Plan; seen: SeenObject; write: Write }): void {
  const pod = asSeen(world, seen);
  if (!pod || pod.deletedAt !== undefined) return;
  write(() => {
    coordinatorStopped(world, pod, plan);
    deletePod(world, pod);
  });
}

/** The live look at the node. */
function abandon(world: World, { seen, node, write }: { seen: SeenObject; node: string; write: Write }): void {
  const pod = asSeen(world, seen);
  if (!pod || !world.lostNodes.has(node)) return;
  write(() => {
    world.orphans.push(pod);
    removePod(world, pod);
  });
}

/** The preconditions of a delete. */
function asSeen(world: World, { uid, resourceVersion }: SeenObject): SimPod | undefined {
  const pod = byUid(world, uid);
  return pod && resourceVersionOf(pod) === resourceVersion ? pod : undefined;
}

function byUid({ api }: World, wanted: string): SimPod | undefined {
  return api.pods.find(({ uid }) => uid === wanted);
}
