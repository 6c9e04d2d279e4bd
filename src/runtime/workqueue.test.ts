import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createManualClock } from "./manual-clock.ts";
import { createWorkqueue, LOW_PRIORITY } from "./workqueue.ts";

const key = (name: string) => ({ namespace: "n", name });

function newQueue() {
  const clock = createManualClock();
  const ready: number[] = [];
  const queue = createWorkqueue({ clock, random: () => 1, onReady: () => ready.push(clock.monotonic()) });
  return { clock, queue, ready };
}

describe("the workqueue", () => {
  test("gives a key that was added twice once", () => {
    const { queue } = newQueue();
    queue.add(key("a"));
    queue.add(key("a"));
    expect(queue.depth).toBe(1);
    expect(queue.take()?.request).toEqual(key("a"));
    expect(queue.take()).toBeUndefined();
  });

  test("gives a key that was added during its work once more, after the work", () => {
    const { queue } = newQueue();
    queue.add(key("a"));
    queue.take();
    queue.add(key("a"));
    queue.add(key("a"));
    expect(queue.take()).toBeUndefined();
    queue.done(key("a"));
    expect(queue.take()?.request.name).toBe("a");
    queue.done(key("a"));
    expect(queue.take()).toBeUndefined();
  });

  test("lets a user's edit overtake the start-up flood, also for a key that waits already", () => {
    const { queue } = newQueue();
    for (const name of ["a", "b", "c"]) queue.add(key(name), LOW_PRIORITY);
    queue.add(key("z"));
    queue.add(key("c"));
    expect(takeAll(queue)).toEqual(["z", "c", "a", "b"]);
  });

  test("keeps the order of keys of one priority", () => {
    const { queue } = newQueue();
    const names = Array.from({ length: 50 }, (_, index) => `k${index}`);
    for (const name of names) queue.add(key(name));
    expect(takeAll(queue)).toEqual(names);
  });

  test("takes the earliest of several delays", async () => {
    const { queue, clock, ready } = newQueue();
    queue.addAfter(key("a"), 60_000);
    queue.addAfter(key("a"), 15_000);
    queue.addAfter(key("a"), 30_000);
    await clock.advance(14_999);
    expect(ready).toEqual([]);
    await clock.advance(1);
    expect(takeAll(queue)).toEqual(["a"]);
    await clock.advance(100_000);
    expect(queue.take()).toBeUndefined();
  });

  test("releases of several keys that wait only what is due, each with its own timer", async () => {
    const { queue, clock } = newQueue();
    queue.addAfter(key("b"), 2_000);
    queue.addAfter(key("c"), 3_000);
    queue.addAfter(key("a"), 1_000);
    expect(clock.timers).toBe(1);
    await clock.advance(1_000);
    expect([takeAll(queue), clock.timers]).toEqual([["a"], 1]);
    await clock.advance(1_000);
    expect([takeAll(queue), clock.timers]).toEqual([["b"], 1]);
    await clock.advance(1_000);
    expect([takeAll(queue), clock.timers]).toEqual([["c"], 0]);
  });

  test("counts the highest priority of several delays", async () => {
    const { queue, clock } = newQueue();
    queue.addAfter(key("a"), 10, LOW_PRIORITY);
    queue.addAfter(key("a"), 20, 7);
    queue.addAfter(key("a"), 30);
    await clock.advance(10);
    expect(queue.take()).toMatchObject({ priority: 7 });
  });

  test("adds at once what has no delay", () => {
    const { queue, clock } = newQueue();
    queue.addAfter(key("a"), 0, 3);
    queue.addAfter(key("b"), -1);
    expect([queue.take()?.priority, takeAll(queue), clock.timers]).toEqual([3, ["b"], 0]);
  });

  test("keeps the higher priority, and the place of a key that is added again with a lower or the same one", () => {
    const { queue } = newQueue();
    queue.add(key("a"), 1);
    queue.add(key("b"), 1);
    queue.add(key("a"), 1);
    queue.add(key("a"), 0);
    expect(queue.take()).toMatchObject({ request: key("a"), priority: 1 });
    expect(queue.take()).toMatchObject({ request: key("b"), priority: 1 });
  });

  test("hands a key that became urgent during its work out once, after it, and first", () => {
    const { queue } = newQueue();
    queue.add(key("a"));
    queue.take();
    queue.add(key("b"), 1);
    queue.add(key("a"), LOW_PRIORITY);
    queue.add(key("a"), 2);
    expect([queue.depth, queue.take()?.request.name]).toEqual([1, "b"]);
    queue.add(key("c"), 1);
    queue.done(key("a"));
    expect([queue.depth, takeAll(queue)]).toEqual([2, ["a", "c"]]);
  });

  test("tells of each key that is taken up, and of each that became ready, with the time", async () => {
    const clock = createManualClock();
    const told: string[] = [];
    const queue = createWorkqueue({ clock, random: () => 1, onReady: () => told.push("ready"), onAdd: () => told.push("added") });
    await clock.advance(5);
    queue.add(key("a"));
    queue.add(key("a"), 1);
    expect(told).toEqual(["added", "ready"]);
    expect(queue.take()?.addedAt).toBe(clock.monotonic());
    queue.add(key("a"));
    expect(told).toEqual(["added", "ready", "added"]);
    queue.done(key("a"));
    expect(told).toEqual(["added", "ready", "added", "ready"]);
    queue.take();
    queue.done(key("a"));
    expect(told).toHaveLength(4);
  });

  test("takes nothing up after a shut-down, at once or later", async () => {
    const { queue, clock, ready } = newQueue();
    queue.shutDown();
    queue.add(key("a"));
    queue.addAfter(key("b"), 10);
    queue.addRateLimited(key("c"));
    expect([queue.depth, clock.timers, ready]).toEqual([0, 0, []]);
  });

  test("backs off by two per failure up to the limit, until the key is forgotten", () => {
    const { queue } = newQueue();
    const delays = Array.from({ length: 18 }, () => queue.addRateLimited(key("a")));
    expect(delays.slice(0, 4)).toEqual([5, 10, 20, 40]);
    expect(delays.at(-1)).toBe(300_000);
    queue.forget(key("a"));
    expect(queue.addRateLimited(key("a"))).toBe(5);
  });

  test("waits at least as long as the server asked", () => {
    expect(newQueue().queue.addRateLimited(key("a"), 0, 7_000)).toBe(7_000);
  });

  test("hands out nothing and keeps no timer after a shut-down", async () => {
    const { queue, clock } = newQueue();
    queue.add(key("a"));
    queue.addAfter(key("b"), 10);
    queue.shutDown();
    await clock.advance(100);
    expect(queue.take()).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  test("never gives the same key twice at once, and loses none, whatever is done to it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const model = new Model();
        for (const each of steps) await model[each.kind](each as never);
        await model.finish();
        expect([...model.owed]).toEqual([]);
        expect(model.queue.depth).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

const name = fc.constantFrom("a", "b", "c", "d");
const step = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), name, priority: fc.constantFrom(-100, 0, 5) }),
  fc.record({ kind: fc.constant("later" as const), name, delayMs: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ kind: fc.constant("take" as const) }),
  fc.record({ kind: fc.constant("finishOne" as const), index: fc.nat(3) }),
  fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 30 }) }),
);

/** What the queue owes: a run that begins after the key was added, or after its delay ended. */
class Model {
  readonly queue: ReturnType<typeof createWorkqueue>;
  readonly owed = new Set<string>();
  readonly #clock: ReturnType<typeof createManualClock>;
  readonly #delayed = new Map<string, number>();
  readonly #working: string[] = [];

  constructor() {
    const { queue, clock } = newQueue();
    this.queue = queue;
    this.#clock = clock;
  }

  add({ name, priority }: { name: string; priority: number }): void {
    this.queue.add(key(name), priority);
    this.owed.add(name);
  }

  later({ name, delayMs }: { name: string; delayMs: number }): void {
    this.queue.addAfter(key(name), delayMs);
    this.#delayed.set(name, Math.min(this.#delayed.get(name) ?? Number.POSITIVE_INFINITY, this.#clock.monotonic() + delayMs));
  }

  take(): boolean {
    const taken = this.queue.take();
    if (taken === undefined) return false;
    if (this.#working.includes(taken.request.name)) throw new Error(`${taken.request.name} was handed out twice at once`);
    this.#working.push(taken.request.name);
    this.owed.delete(taken.request.name);
    return true;
  }

  finishOne({ index }: { index: number }): void {
    const [done] = this.#working.splice(index % Math.max(this.#working.length, 1), 1);
    if (done !== undefined) this.queue.done(key(done));
  }

  async advance({ ms }: { ms: number }): Promise<void> {
    await this.#clock.advance(ms);
    for (const [delayed, dueAt] of this.#delayed) {
      if (dueAt > this.#clock.monotonic()) continue;
      this.#delayed.delete(delayed);
      this.owed.add(delayed);
    }
  }

  async finish(): Promise<void> {
    await this.advance({ ms: 1_000 });
    while (this.#working.length > 0 || this.queue.depth > 0) if (!this.take()) this.finishOne({ index: 0 });
  }
}

function takeAll(queue: ReturnType<typeof createWorkqueue>): string[] {
  const names: string[] = [];
  for (let taken = queue.take(); taken !== undefined; taken = queue.take()) names.push(taken.request.name);
  return names;
}
