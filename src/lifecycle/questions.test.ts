import { describe, expect, it } from "vitest";
import { observation, pod, revision, TARGET, workers, workload } from "./fixtures.ts";
import { addressesMatter, workersToAsk } from "./questions.ts";

const asked = (wanted: number, more: Parameters<typeof observation>[0]): readonly string[] =>
  workersToAsk(observation(more), wanted).map(({ name }) => name);
const registered = (count: number) => ({ kind: "answered", version: "476", starting: false, registered: count, queries: 0 }) as const;

const attempt = { workers: TARGET.workers, since: "2026-01-01T11:00:00Z", result: "Served", reason: "" } as const;
const proved = [revision("coordinator", TARGET.coordinator, { attempt }), revision("worker", TARGET.workers)];

describe("workers that are asked", () => {
  it.each([
    { name: "are none while all is well", wanted: 3, more: {}, expected: [] },
    { name: "are none while there are fewer than wanted", wanted: 5, more: {}, expected: [] },
    { name: "are all of those among which is to be chosen", wanted: 2, more: {}, expected: ["w-new-0", "w-new-1", "w-new-2"] },
    {
      name: "are none of a Deployment that is small enough",
      wanted: 2,
      more: { workers: [workload("w-old", 1), workload("w-new", 2)], pods: [pod("worker", "old", { revision: "w-old" }), ...workers(2)] },
      expected: [],
    },
    {
      name: "are those that drain",
      wanted: 3,
      more: { pods: [...workers(2), pod("worker", "x", { drainSince: "2026-01-01T11:00:00Z" })] },
      expected: ["x"],
    },
    { name: "are those that leave", wanted: 3, more: { pods: [...workers(3), pod("worker", "x", { deleting: true })] }, expected: ["x"] },
    { name: "are none that do not run", wanted: 1, more: { pods: workers(3, { started: false }) }, expected: [] },
  ])("$name", ({ wanted, more, expected }) => {
    expect(asked(wanted, more)).toEqual(expected);
  });
});

describe("the addresses of registered workers", () => {
  it.each([
    { name: "are asked for when one that is ready is not counted", more: { trino: registered(2) }, expected: true },
    { name: "are of no interest when all are counted", more: { revisions: proved }, expected: false },
    { name: "are asked for when workers count that have never served", more: {}, expected: true },
    { name: "are not asked of a coordinator that is silent", more: { trino: { kind: "silent", reason: "x" } as const }, expected: false },
    {
      name: "are of no interest when the one that is not counted drains",
      more: { trino: registered(2), revisions: proved, pods: [...workers(2), pod("worker", "x", { drainSince: "2026-01-01T11:00:00Z" })] },
      expected: false,
    },
  ])("$name", ({ more, expected }) => {
    expect(addressesMatter(observation(more))).toBe(expected);
  });
});
