/**
 * Any order of edits, restarts, moments of unreadiness and deaths of the operator between two of its writes.
 * The world is a model: pods, the ranking of a ReplicaSet, and Trino's states. The plan in it is the real one.
 */
import { ok } from "node:assert/strict";
import fc from "fast-check";
import { expect, it } from "vitest";
import { cluster, NOON, observation, pod, TARGET, workload } from "./fixtures.ts";
import type { ObservedNode, ObservedPod } from "./observation.ts";
import { plan } from "./plan.ts";
import { DELETION_COST, inTheWay } from "./plan-drain.ts";
import type { DrainStep, Plan } from "./plan-types.ts";

type State = Extract<ObservedNode, { kind: "answered" }>["state"];
interface Worker {
  name: string;
  started: boolean;
  ready: boolean;
  drainSince: string | undefined;
  deletionCost: number;
  state: State;
  stateSince: number;
  tasks: number;
}

const MIN_AVAILABLE = 2;
const GRACE_MS = 40_000;
const RUNS = 300;

const CLUSTERS = Array.from({ length: 7 }, (_, replicas) => cluster({ workers: { replicas, minAvailable: MIN_AVAILABLE } }));

class World {
  at = NOON;
  wanted = 4;
  replicas = 4;
  made = 0;
  workers: Worker[] = [];

  constructor() {
    this.#create(4);
    this.pass(20_000);
  }

  plan(): Plan {
    const nodes = new Map(
      this.workers.filter(({ started }) => started).map(({ name, state, tasks }) => [name, { kind: "answered" as const, state, tasks }]),
    );
    const trino = { kind: "answered", version: "476", starting: false, registered: this.active().length, queries: 1 } as const;
    return plan({
      cluster: CLUSTERS[this.wanted] ?? cluster(),
      target: TARGET,
      observation: observation({
        at: this.at,
        workers: [workload(TARGET.workers, this.replicas)],
        pods: [pod("coordinator", "c"), ...this.pods()],
        nodes,
        trino,
      }),
    });
  }

  pods(): readonly ObservedPod[] {
    return this.workers.map(({ name, started, ready, drainSince, deletionCost }) =>
      pod("worker", name, { started, ready, drainSince, deletionCost }),
    );
  }

  active(): Worker[] {
    return this.workers.filter(({ started, state }) => started && state === "ACTIVE");
  }

  /** The writes of one reconcile, each on its own: the operator may die after any of them. */
  writes(): (() => void)[] {
    const made = this.plan();
    const goal = made.workers[0]?.replicas ?? this.replicas;
    return [() => this.#scale(goal), ...made.drain.flatMap((step) => this.#writesOf(step))];
  }

  #writesOf(step: DrainStep): (() => void)[] {
    if (step.kind === "remove") return [() => this.#remove(step)];
    const worker = this.workers.find(({ name }) => name === step.pod.name);
    if (!worker) return [];
    const tell = (state: State) => () => this.#tell(worker, state);
    const note = (drainSince: string | undefined, deletionCost: number) => () => Object.assign(worker, { drainSince, deletionCost });
    switch (step.kind) {
      case "mark":
        return [note(new Date(this.at).toISOString(), DELETION_COST.marked), tell("DRAINING")];
      case "drain":
        return [note(new Date(this.at).toISOString(), DELETION_COST.marked), tell("DRAINING")];
      case "release":
        return [note(worker.drainSince, step.result === "TimedOut" ? DELETION_COST.timedOut : DELETION_COST.released)];
      case "hasten":
        return [];
      case "restore":
        return [tell("ACTIVE"), note(undefined, 0)];
    }
  }

  #tell(worker: Worker, state: State): void {
    if (!worker.started || worker.state === state || (state === "DRAINING" && worker.state !== "ACTIVE")) return;
    const before = this.active().length;
    Object.assign(worker, { state, stateSince: this.at });
    if (state === "DRAINING")
      ok(this.active().length >= Math.min(MIN_AVAILABLE, this.wanted, before), `${this.active().length} active workers`);
  }

  #remove({ replicas, pods }: Extract<DrainStep, { kind: "remove" }>): void {
    // The live look that comes before: other writes of the same reconcile may have changed the order.
    if (inTheWay({ pods: this.pods(), chosen: pods.map(({ uid }) => uid), replicas }) !== undefined) return;
    const leaving = this.#scale(replicas).filter(({ started }) => started);
    for (const { name } of leaving)
      ok(
        pods.some((pod) => pod.name === name),
        `${name} was not chosen`,
      );
    for (const { state, drainSince } of leaving) {
      const timedOut = this.at - Date.parse(drainSince ?? "") >= 30 * 60_000;
      ok(state === "DRAINED" || timedOut, `${state} since ${drainSince}`);
    }
  }

  /** What a ReplicaSet does: it removes those that are not ready first, then by cost; it makes what is missing. */
  #scale(replicas: number): Worker[] {
    this.replicas = replicas;
    const ranked = [...this.workers].sort(
      (a, b) => Number(a.started) - Number(b.started) || Number(a.ready) - Number(b.ready) || a.deletionCost - b.deletionCost,
    );
    const leaving = ranked.slice(0, Math.max(0, ranked.length - replicas));
    this.workers = this.workers.filter((worker) => !leaving.includes(worker));
    this.#create(replicas - this.workers.length);
    return leaving;
  }

  #create(count: number): void {
    for (let index = 0; index < count; index++) {
      const name = `w-${this.made++}`;
      this.workers.push({
        name,
        started: false,
        ready: false,
        drainSince: undefined,
        deletionCost: 0,
        state: "ACTIVE",
        stateSince: this.at,
        tasks: 0,
      });
    }
  }

  pass(ms: number): void {
    this.at += ms;
    for (const worker of this.workers) {
      if (!worker.started) Object.assign(worker, { started: true, ready: true, tasks: 3, state: "ACTIVE" });
      else worker.ready = true;
      if (worker.state === "DRAINING" && this.at - worker.stateSince >= GRACE_MS) Object.assign(worker, { state: "DRAINED", tasks: 0 });
    }
  }
}

const happenings = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("reconcile" as const), writes: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("want" as const), replicas: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unready" as const), worker: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), worker: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("vanish" as const), worker: fc.nat(5) }) },
);

function happen(world: World, what: typeof happenings extends fc.Arbitrary<infer T> ? T : never): void {
  switch (what.kind) {
    case "reconcile":
      for (const write of world.writes().slice(0, what.writes)) write();
      return;
    case "pass":
      world.pass(what.seconds * 1000);
      return;
    case "want":
      world.wanted = what.replicas;
      return;
    case "unready":
      for (const worker of world.workers.slice(what.worker, what.worker + 1)) worker.ready = false;
      return;
    case "restart":
      for (const worker of world.workers.slice(what.worker, what.worker + 1))
        Object.assign(worker, { started: false, ready: false, tasks: 0 });
      return;
    case "vanish":
      world.workers = world.workers.filter((_, index) => index !== what.worker);
      return;
  }
}

it("removes only workers that drained, keeps minAvailable active, and ends as the spec says", () => {
  fc.assert(
    fc.property(fc.array(happenings, { maxLength: 60 }), (history) => {
      const world = new World();
      for (const what of history) happen(world, what);
      for (let round = 0; round < 30; round++) {
        world.pass(20_000);
        for (const write of world.writes()) write();
      }
      expect(world.workers.filter((worker) => worker.drainSince === undefined && worker.state === "ACTIVE")).toHaveLength(world.wanted);
      expect(world.workers).toHaveLength(world.wanted);
    }),
    { numRuns: RUNS },
  );
}, 60_000);
