/** The removal of workers by order, as `controllers/trino-cluster/execute/drain.ts` does it. */
import { DELETION_COST, inTheWay } from "../plan-drain.ts";
import type { DrainStep, PodReference } from "../plan-types.ts";
import type { Request, Write } from "./execute.ts";
import { workersLeave } from "./monitor.ts";
import { tell } from "./trino.ts";
import { observePod, putPod } from "./view.ts";
import { floorOf, type SimPod, type World } from "./world.ts";

type Step<Kind extends DrainStep["kind"]> = Extract<DrainStep, { kind: Kind }>;

/** What is written about single workers, and what they are told; a removal is for whoever scales. */
export function drainRequests(world: World, step: DrainStep, write: Write): readonly Request[] {
  switch (step.kind) {
    case "mark":
      return [
        () => annotate(world, { pod: step.pod, notes: { drainSince: world.now, deletionCost: DELETION_COST.marked }, write }),
        () => step.started && drain(world, step.pod, write),
      ];
    case "drain":
      return [
        () => annotate(world, { pod: step.pod, notes: { drainSince: world.now, deletionCost: DELETION_COST.marked }, write }),
        () => drain(world, step.pod, write),
      ];
    case "hasten":
      return [() => hasten(world, step, write)];
    case "release": {
      const deletionCost = step.result === "TimedOut" ? DELETION_COST.timedOut : DELETION_COST.released;
      return [() => annotate(world, { pod: step.pod, notes: { deletionCost }, write })];
    }
    case "restore":
      return [() => restore(world, step, write)];
    case "remove":
      return [];
    default:
      return step satisfies never;
  }
}

/** What the operator notes on a pod. */
export interface Notes {
  readonly pod: PodReference;
  readonly notes: Partial<Pick<SimPod, "drainSince" | "deletionCost" | "unregisteredSince">>;
  readonly write: Write;
}

/** Writes on a pod, unless it is gone. */
export function annotate(world: World, { pod: { uid }, notes, write }: Notes): void {
  const pod = world.api.pods.find((candidate) => candidate.uid === uid);
  if (!pod) return;
  write(() => {
    Object.assign(pod, notes);
    putPod(world, pod);
  });
}

/** Trino takes DRAINING from an active worker that is not being deleted; the operator may be dead before it says so. */
function drain(world: World, { uid }: PodReference, write: Write): void {
  const pod = world.api.pods.find((candidate) => candidate.uid === uid);
  if (pod?.process !== "up" || pod.deletedAt !== undefined || pod.state !== "ACTIVE") return;
  write(() => workersLeave(world, floorOf(world, world.wanted.replicas), () => tell(world, pod, "DRAINING")));
}

/** A second delete. */
function hasten(world: World, { pod: { uid }, gracePeriodSeconds }: Step<"hasten">, write: Write): void {
  const pod = world.api.pods.find((candidate) => candidate.uid === uid);
  const deleteBy = world.now + gracePeriodSeconds * 1000;
  if (pod?.deleteBy === undefined || pod.deleteBy <= deleteBy) return;
  write(() => {
    pod.deleteBy = deleteBy;
    putPod(world, pod);
  });
}

function restore(world: World, { pod: reference, started }: Step<"restore">, write: Write): void {
  const pod = world.api.pods.find(({ uid }) => uid === reference.uid);
  if (started && (pod?.process !== "up" || pod.deletedAt !== undefined)) return;
  if (started && pod) write(() => tell(world, pod, "ACTIVE"));
  annotate(world, { pod: reference, notes: { drainSince: undefined, deletionCost: 0 }, write });
}

/** The live look. */
export function mayRemove(world: World, { revision, replicas, pods }: Step<"remove">): boolean {
  const live = world.api.pods.filter((pod) => pod.component === "worker" && pod.revision === revision).map(observePod);
  return inTheWay({ pods: live, chosen: pods.map(({ uid }) => uid), replicas }) === undefined;
}
