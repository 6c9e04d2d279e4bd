import { describe, expect, it } from "vitest";
import { observation, pod, workers } from "./fixtures.ts";
import type { Observation, ObservedPod } from "./observation.ts";
import { activeWorkers, coordinatorRuns, spareWorkers } from "./plan-availability.ts";

const secondsAgo = (seconds: number): string => `2026-01-01T11:59:${60 - seconds}Z`;
const registered = (count: number, starting = false) =>
  ({ kind: "answered", version: "476", starting, registered: count, queries: 0 }) as const;
const silent = { kind: "silent", reason: "x" } as const;
const coordinator = pod("coordinator", "orders-coordinator-a-0");
/** Two settled workers, and this one. */
const beside = (more: Partial<ObservedPod>, seen: Partial<Observation> = {}): Partial<Observation> => ({
  pods: [coordinator, ...workers(2), pod("worker", "third", more)],
  ...seen,
});

describe("the workers that surely take tasks", () => {
  it.each<[string, Partial<Observation>, number | undefined]>([
    ["are unknown while the coordinator is silent", { trino: silent }, undefined],
    ["are those that are registered", {}, 3],
    ["are no more than stand", { trino: registered(9) }, 3],
    ["are none of those that have not started", beside({ started: false }), 2],
    ["are none of those that were told to drain long ago", beside({ drainSince: secondsAgo(50) }), 2],
    [
      "are not the one that left just now, for which the coordinator still counts another",
      beside({ drainSince: secondsAgo(7) }, { trino: registered(2) }),
      1,
    ],
    ["are counted as the coordinator does 8 s after one has left", beside({ drainSince: secondsAgo(8) }, { trino: registered(2) }), 2],
    ["are not the one that is deleted just now", beside({ deleting: true, deletingSince: secondsAgo(7) }, { trino: registered(2) }), 1],
    [
      "are not the one that is marked and was not told yet",
      beside(
        { drainSince: secondsAgo(50) },
        { trino: registered(2), nodes: new Map([["third", { kind: "answered", state: "ACTIVE", tasks: 0 }]]) as never },
      ),
      1,
    ],
    ["are not less than none", beside({ drainSince: secondsAgo(1) }, { trino: registered(0) }), 0],
  ])("%s", (_, seen, expected) => {
    expect(activeWorkers(observation(seen))).toBe(expected);
  });
});

describe("the workers that may go", () => {
  it.each<[string, Partial<Observation>, number]>([
    ["are those beyond the needed ones", {}, 1],
    ["are less than none where too few are left", { trino: registered(1) }, -1],
    ["are less than any number while nobody knows", { trino: silent }, Number.NEGATIVE_INFINITY],
    ["are all where no coordinator runs", { trino: silent, pods: workers(3) }, Number.POSITIVE_INFINITY],
    [
      "are all where the coordinator has not started",
      { trino: silent, pods: [{ ...coordinator, started: false }, ...workers(3)] },
      Number.POSITIVE_INFINITY,
    ],
    ["are all where the coordinator knows none", { trino: registered(0) }, Number.POSITIVE_INFINITY],
    ["are less than none where it knows none because it is starting", { trino: registered(0, true) }, -2],
  ])("%s", (_, seen, expected) => {
    expect(spareWorkers(observation(seen), 2)).toBe(expected);
  });

  it("have a coordinator where one of its pods has started", () => {
    expect(coordinatorRuns(observation({ pods: [{ ...coordinator, name: "gone", started: false }, coordinator] }))).toBe(true);
  });
});
