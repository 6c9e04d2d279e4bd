import { describe, expect, it } from "vitest";
import { NOON, observation, pod, revision, TARGET, workers } from "./fixtures.ts";
import type { Observation, ObservedPod } from "./observation.ts";
import { cleanupOf, idleWorkers } from "./plan-idle-workers.ts";

const ago = (seconds: number): string => new Date(NOON - seconds * 1000).toISOString();
const old = (index: number, more: Partial<ObservedPod> = {}): ObservedPod =>
  pod("worker", `w-old-${index}`, { revision: "w-old", ip: `192.0.2.${index}`, ...more });
const away = { ready: false, started: false };
const crashing = { ...away, restarts: 3, problem: { reason: "CrashLoopBackOff", message: "x" } };
const blinking = { ready: false };
const lost = { unregisteredSince: ago(300) };
const served = revision("coordinator", "c-old", { attempt: { workers: "w-old", since: ago(60), result: "Served", reason: "" } });
const registered = (count: number) => ({ kind: "answered", version: "476", starting: false, registered: count, queries: 0 }) as const;
/** The coordinator is 192.0.2.100. */
const naming = (...hosts: readonly number[]) => ({
  trino: registered(hosts.length),
  addresses: new Set([100, ...hosts].map((host) => `192.0.2.${host}`)),
});

interface Row {
  readonly name: string;
  readonly pods: readonly ObservedPod[];
  readonly seen?: Partial<Observation>;
  readonly spare?: number;
  readonly cleanup?: number;
  readonly expected: readonly [count: number, active: number, cleaned: number];
}

const never = { revisions: [] };

describe("old workers that do not serve", () => {
  it.each<Row>([
    { name: "are none that serve", pods: [old(1), old(2)], expected: [0, 0, 0] },
    { name: "are marked ones", pods: [old(1), old(2, { drainSince: ago(9) })], expected: [1, 0, 0] },
    {
      name: "are ones that have not started, of a revision that never served",
      pods: [old(1), old(2, away)],
      seen: never,
      expected: [1, 0, 0],
    },
    { name: "are none that may come back", pods: [old(1), old(2, away)], expected: [0, 0, 0] },
    {
      name: "are some of those that may come back, where there are enough",
      pods: [old(1, away), old(2, away)],
      cleanup: 1,
      expected: [1, 0, 1],
    },
    { name: "are ones that crash", pods: [old(1), old(2, crashing)], expected: [1, 0, 0] },
    { name: "are none that blinks while nobody can be spared", pods: [old(1, blinking)], seen: never, spare: 0, expected: [0, 0, 0] },
    {
      name: "are ones that blink as far as they can be spared",
      pods: [old(1, blinking), old(2, blinking)],
      seen: never,
      spare: 1,
      expected: [1, 1, 0],
    },
    {
      name: "are ones that the coordinator has not known for five minutes",
      pods: [old(1, lost), old(2, lost)],
      seen: { ...never, ...naming() },
      expected: [2, 0, 0],
    },
    {
      name: "are none that the coordinator has not known for less",
      pods: [old(1, { unregisteredSince: ago(299) })],
      seen: { ...never, ...naming() },
      expected: [0, 0, 0],
    },
    {
      name: "are none that it does not know, while one that it knows could go in their place and is needed",
      pods: [old(1), old(2, lost)],
      seen: { ...never, ...naming(1) },
      spare: 0,
      expected: [0, 0, 0],
    },
    {
      name: "are ones that it does not know, where one that could go in their place is not needed",
      pods: [old(1), old(2, lost)],
      seen: { ...never, ...naming(1) },
      spare: 1,
      expected: [1, 1, 0],
    },
  ])("$name", ({ pods, seen = {}, spare = 9, cleanup = 0, expected: [count, active, cleaned] }) => {
    const coordinator = pod("coordinator", "orders-coordinator-a-0", { ip: "192.0.2.100" });
    const question = observation({ revisions: [served], pods: [coordinator, ...pods], ...seen });
    expect(idleWorkers({ observation: question, pods, spare, cleanup })).toEqual({ count, active, cleaned });
  });
});

describe("how many may go that could come back", () => {
  it.each<{ name: string; pods: readonly ObservedPod[]; seen?: Partial<Observation>; expected: number }>([
    { name: "is what is there beyond those needed", pods: [old(1), old(2), ...workers(2)], seen: { trino: registered(4) }, expected: 1 },
    {
      name: "does not count new ones that are not ready",
      pods: [old(1), old(2), ...workers(2, away)],
      seen: { trino: registered(2) },
      expected: 0,
    },
    {
      name: "does not count new ones that the coordinator does not know",
      pods: [old(1), old(2), old(3), pod("worker", "w-new-1", { ip: "192.0.2.9" })],
      seen: naming(1, 2, 3),
      expected: 0,
    },
    {
      name: "does not count new ones while the coordinator is silent",
      pods: [old(1), old(2), old(3), ...workers(1)],
      seen: { trino: { kind: "silent", reason: "x" } },
      expected: 0,
    },
  ])("$name", ({ pods, seen = {}, expected }) => {
    const coordinator = pod("coordinator", "orders-coordinator-a-0", { ip: "192.0.2.100" });
    const question = observation({ pods: [coordinator, ...pods], ...seen });
    expect(cleanupOf(question, { revision: TARGET.workers, needed: 3 })).toBe(expected);
  });
});
