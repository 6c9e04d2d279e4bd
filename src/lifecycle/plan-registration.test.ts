import { describe, expect, it } from "vitest";
import { cluster, NOON, observation, pod, revision, TARGET } from "./fixtures.ts";
import type { Observation, ObservedPod } from "./observation.ts";
import { plan } from "./plan.ts";

const ago = (seconds: number): string => new Date(NOON - seconds * 1000).toISOString();
const coordinator = pod("coordinator", "orders-coordinator-a-0", { ip: "192.0.2.100" });
const worker = (index: number, more: Partial<ObservedPod> = {}): ObservedPod =>
  pod("worker", `w-${index}`, { ip: `192.0.2.${index}`, ...more });
const registered = (count: number) => ({ kind: "answered", version: "476", starting: false, registered: count, queries: 0 }) as const;
const reference = (name: string) => ({ name, uid: `uid-${name}` });
const replace = { kind: "replace", pod: reference("w-3"), revision: TARGET.workers, attempt: 1 };
const known = new Set(["192.0.2.1", "192.0.2.2"]);
const late = worker(3, { unregisteredSince: ago(300) });

/** Three ready workers, of which the coordinator counts two. */
function planned(third: ObservedPod, more: Partial<Observation> = {}) {
  const pods = [coordinator, worker(1), worker(2), third];
  return plan({ cluster: cluster(), target: TARGET, observation: observation({ pods, trino: registered(2), addresses: known, ...more }) });
}

describe("plan of a worker that the coordinator does not know", () => {
  it.each<{ name: string; third?: ObservedPod; more?: Partial<Observation>; expected: readonly object[] }>([
    { name: "notes since when", expected: [{ kind: "suspect", pod: reference("w-3") }] },
    { name: "notes nothing of one that is ready for less than half a minute", third: worker(3, { readySince: ago(29) }), expected: [] },
    {
      name: "notes nothing while the coordinator itself has just come up",
      more: { pods: [{ ...coordinator, readySince: ago(29) }, worker(1), worker(2), worker(3)] },
      expected: [],
    },
    { name: "leaves it five minutes", third: worker(3, { unregisteredSince: ago(299) }), expected: [] },
    { name: "replaces it then", third: late, expected: [replace] },
    { name: "replaces none that has been ready for a shorter time", third: { ...late, readySince: ago(299) }, expected: [] },
    {
      name: "does not count the time in which there was no coordinator",
      more: { pods: [{ ...coordinator, readySince: ago(299) }, worker(1), worker(2), late] },
      expected: [],
    },
    {
      name: "forgets the note of one that is registered again",
      third: late,
      more: { trino: registered(3) },
      expected: [{ kind: "clear", pod: reference("w-3") }],
    },
    { name: "says nothing when the coordinator names nobody", third: late, more: { addresses: undefined }, expected: [] },
    {
      name: "says nothing when the coordinator does not answer",
      third: late,
      more: { trino: { kind: "silent", reason: "x" } },
      expected: [],
    },
    {
      name: "says nothing when nodes announce names instead of addresses",
      third: late,
      more: { addresses: new Set(["w-1", "w-2"]) },
      expected: [],
    },
    {
      name: "says nothing when there are only names and nobody is counted",
      third: late,
      more: { addresses: new Set(["w-1"]), trino: registered(0) },
      expected: [],
    },
    {
      name: "replaces one at a time",
      more: { pods: [coordinator, worker(1), worker(2, { deleting: true }), late], trino: registered(0), addresses: new Set() },
      expected: [{ kind: "suspect", pod: reference("w-1") }],
    },
    {
      name: "replaces no second one before the first successor is ready",
      more: {
        pods: [coordinator, worker(1), worker(2, { ready: false, started: false }), late],
        trino: registered(1),
        addresses: new Set(["192.0.2.1"]),
      },
      expected: [],
    },
    { name: "is on its third attempt", third: late, more: { revisions: replaced(2) }, expected: [{ ...replace, attempt: 3 }] },
    { name: "gives up after three", third: late, more: { revisions: replaced(3) }, expected: [] },
    { name: "replaces none whose revision is not remembered, so that nothing counts", third: late, more: { revisions: [] }, expected: [] },
    {
      name: "leaves one alone that drains",
      third: { ...late, drainSince: ago(1) },
      more: { trino: registered(1), addresses: known },
      expected: [],
    },
  ])("$name", ({ third = worker(3), more = {}, expected }) => {
    expect(planned(third, more).registration).toEqual(expected);
  });

  it("names the pod", () => {
    expect(planned(late).waiting[0]).toMatchObject({ reason: "WorkerNotRegistered", message: expect.stringContaining("pod w-3 is ready") });
  });

  it("asks a person after three attempts", () => {
    expect(planned(late, { revisions: replaced(3) }).waiting[0]?.message).toContain("replaced in vain");
  });
});

describe("plan of a scale-out", () => {
  it("is not complete when pods are ready, but when workers are registered", () => {
    expect(planned(worker(3, { readySince: ago(1) })).waiting).toEqual([
      { reason: "WorkersRegistering", message: "2 of 3 workers are registered with the coordinator" },
    ]);
  });
});

function replaced(count: number): Observation["revisions"] {
  return [revision("coordinator", TARGET.coordinator), revision("worker", TARGET.workers, { replacedWorkers: count })];
}
