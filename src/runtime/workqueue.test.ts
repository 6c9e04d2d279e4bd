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
    const command = fc.oneof(
      fc.record({ kind: fc.constant("add" as const), name: fc.constantFrom("a", "b", "c", "d"), priority: fc.constantFrom(-100, 0, 5) }),
      fc.record({
        kind: fc.constant("later" as const),
        name: fc.constantFrom("a", "b", "c", "d"),
        delayMs: fc.integer({ min: 0, max: 50 }),
      }),
      fc.record({ kind: fc.constant("take" as const) }),
      fc.record({ kind: fc.constant("done" as const), index: fc.nat(3) }),
      fc.record({ kind: fc.constant("advance" as const), ms: fc.integer({ min: 1, max: 30 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 80 }), async (commands) => {
        const { queue, clock } = newQueue();
        const working: string[] = [];
        /** Keys for which a run must still begin. */
        const owed = new Set<string>();
        const take = () => {
          const taken = queue.take();
          if (taken === undefined) return false;
          expect(working).not.toContain(taken.request.name);
          working.push(taken.request.name);
          if (!delayed.has(taken.request.name)) owed.delete(taken.request.name);
          return true;
        };
        const delayed = new Map<string, number>();
        for (const step of commands) {
          if (step.kind === "add") {
            queue.add(key(step.name), step.priority);
            owed.add(step.name);
          } else if (step.kind === "later") {
            queue.addAfter(key(step.name), step.delayMs);
            owed.add(step.name);
            if (step.delayMs > 0)
              delayed.set(step.name, Math.min(delayed.get(step.name) ?? Number.POSITIVE_INFINITY, clock.monotonic() + step.delayMs));
          } else if (step.kind === "take") take();
          else if (step.kind === "done" && working.length > 0) queue.done(key(working.splice(step.index % working.length, 1)[0] as string));
          else if (step.kind === "advance") {
            await clock.advance(step.ms);
            for (const [name, dueAt] of delayed) if (dueAt <= clock.monotonic()) delayed.delete(name);
          }
        }
        await clock.advance(1_000);
        delayed.clear();
        while (working.length > 0 || queue.depth > 0) if (!take()) queue.done(key(working.shift() as string));
        expect([...owed]).toEqual([]);
        expect(queue.depth).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

function takeAll(queue: ReturnType<typeof createWorkqueue>): string[] {
  const names: string[] = [];
  for (let taken = queue.take(); taken !== undefined; taken = queue.take()) names.push(taken.request.name);
  return names;
}
