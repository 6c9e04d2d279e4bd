import { describe, expect, it } from "vitest";
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import { cluster, NOON, observation, pod, revision, TARGET, workload } from "./fixtures.ts";
import type { Observation, ObservedPod } from "./observation.ts";
import { idleRequired, RESTART_VETOES, type RestartQuestion, restartVeto, STOP_VETOES, stopVeto } from "./policies.ts";
import type { Reason } from "./reasons.ts";

type Spec = Partial<TrinoCluster["spec"]>;

/** What differs from a question that no veto refuses: an idle coordinator, workers rolled out, the preflight concluded. */
interface Given {
  readonly seen?: Partial<Observation>;
  readonly pod?: Partial<ObservedPod>;
  readonly spec?: Spec;
  readonly rolledOut?: boolean;
  readonly preflight?: RestartQuestion["preflight"];
}

function question({ seen = {}, pod: more = {}, spec = {}, rolledOut = true, preflight = CONCLUDED }: Given): RestartQuestion {
  const coordinator = pod("coordinator", "orders-coordinator-a-0", { revision: "c-old", ...more });
  return {
    cluster: cluster(spec),
    target: TARGET,
    observation: observation({ coordinator: workload("c-old", 1), pods: [coordinator], revisions: SERVED, ...seen }),
    pod: coordinator,
    workers: { replicas: [], drain: [], retire: [], waiting: [], rolledOut },
    preflight,
  };
}

const CONCLUDED = { concluded: true, waiting: [] } as const;
const FAILED = { concluded: false, waiting: [{ reason: "PreflightFailed", message: "x" }] } as const;
const SETTLING = { concluded: false, waiting: [{ reason: "EditsSettling", message: "x" }] } as const;
const silent = { kind: "silent", reason: "x" } as const;
const queries = (count: number) => ({ kind: "answered", version: "476", starting: false, registered: 3, queries: count }) as const;
const IMMEDIATE: Spec = { coordinator: { updatePolicy: { type: "Immediate" } } };
const HOUR: Spec = { coordinator: { updatePolicy: { type: "WhenIdle", deadline: "1h" } } };
const HOUR_AGO = { targetSince: "2026-01-01T11:00:00Z" };
const LESS_THAN_AN_HOUR_AGO = { targetSince: "2026-01-01T11:00:01Z" };
const unstarted = { started: false, ready: false };
const SERVED = [revision("coordinator", "c-old", { attempt: { workers: "w-old", since: "", result: "Served", reason: "" } })];
const tried = [revision("coordinator", "c-old", { attempt: { workers: "w-old", since: "", result: "Pending", reason: "" } })];
const failedBefore = [revision("coordinator", "c-old", { attempt: { workers: "w-old", since: "", result: "Failed", reason: "x" } })];
const attemptAt = (hour: number, result: "Served" | "Failed", workers = "w-old") =>
  ({ workers, since: `2026-01-01T0${hour}:00:00Z`, result, reason: "x" }) as const;
/** Workers that were tried with a coordinator that served: their record is theirs. */
const withWorkers = (hour: number, result: "Served" | "Failed") =>
  revision("worker", "w-new", { attempt: { ...attemptAt(hour, result, "w-new"), coordinator: "c-old" } });
const otherVersion = workload("c-old", 1, { version: 470, compatibility: "470 orders-internal-1" });

interface Row {
  /** The veto that the row is about. */
  readonly veto: string;
  readonly name: string;
  readonly given: Given;
  /** What the veto by itself says; undefined when it lets pass. */
  readonly expected: Reason | undefined;
}

const ROWS: readonly Row[] = [
  { veto: "preflight", name: "passes when it is concluded", given: {}, expected: undefined },
  { veto: "preflight", name: "refuses while the preflight has failed", given: { preflight: FAILED }, expected: "PreflightFailed" },
  { veto: "preflight", name: "refuses while edits settle", given: { preflight: SETTLING }, expected: "EditsSettling" },
  { veto: "preflight", name: "refuses under Immediate, too", given: { preflight: FAILED, spec: IMMEDIATE }, expected: "PreflightFailed" },
  { veto: "workers_first", name: "passes when the workers are rolled out", given: {}, expected: undefined },
  {
    veto: "workers_first",
    name: "refuses while workers of the old revision are there",
    given: { rolledOut: false },
    expected: "WaitingForWorkers",
  },
  {
    veto: "workers_first",
    name: "refuses under Immediate, too",
    given: { rolledOut: false, spec: IMMEDIATE },
    expected: "WaitingForWorkers",
  },
  {
    veto: "workers_first",
    name: "passes across versions, where workers follow",
    given: { rolledOut: false, seen: { coordinator: otherVersion } },
    expected: undefined,
  },
  {
    veto: "workers_first",
    name: "passes when the coordinator is only tried yet: workers may never register with it",
    given: { rolledOut: false, seen: { revisions: tried } },
    expected: undefined,
  },
  { veto: "trino_unknown", name: "passes when Trino answers", given: {}, expected: undefined },
  { veto: "trino_unknown", name: "refuses while Trino is silent", given: { seen: { trino: silent } }, expected: "TrinoUnknown" },
  {
    veto: "trino_unknown",
    name: "refuses while nobody can ask Trino",
    given: { seen: { trino: { kind: "unasked" } } },
    expected: "TrinoUnknown",
  },
  {
    veto: "trino_unknown",
    name: "passes under Immediate",
    given: { seen: { trino: silent }, spec: IMMEDIATE },
    expected: undefined,
  },
  {
    veto: "trino_unknown",
    name: "passes at the deadline",
    given: { seen: { trino: silent, ...HOUR_AGO }, spec: HOUR },
    expected: undefined,
  },
  {
    veto: "trino_unknown",
    name: "refuses a second before the deadline",
    given: { seen: { trino: silent, ...LESS_THAN_AN_HOUR_AGO }, spec: HOUR },
    expected: "TrinoUnknown",
  },
  { veto: "queries_running", name: "passes when no query runs", given: {}, expected: undefined },
  { veto: "queries_running", name: "refuses while one query runs", given: { seen: { trino: queries(1) } }, expected: "QueriesRunning" },
  {
    veto: "queries_running",
    name: "passes under Immediate",
    given: { seen: { trino: queries(1) }, spec: IMMEDIATE },
    expected: undefined,
  },
  {
    veto: "queries_running",
    name: "refuses for ever without a deadline",
    given: { seen: { trino: queries(1), targetSince: "2020-01-01T00:00:00Z" } },
    expected: "QueriesRunning",
  },
  {
    veto: "queries_running",
    name: "refuses a second before the deadline",
    given: { seen: { trino: queries(1), ...LESS_THAN_AN_HOUR_AGO }, spec: HOUR },
    expected: "QueriesRunning",
  },
  {
    veto: "queries_running",
    name: "passes at the deadline",
    given: { seen: { trino: queries(1), ...HOUR_AGO }, spec: HOUR },
    expected: undefined,
  },
  {
    veto: "queries_running",
    name: "refuses when nobody has waited yet",
    given: { seen: { trino: queries(1), targetSince: undefined }, spec: HOUR },
    expected: "QueriesRunning",
  },
];

describe("the vetoes", () => {
  it.each(ROWS)("$veto $name", ({ veto, given, expected }) => {
    expect(RESTART_VETOES.filter(({ name }) => name === veto).map((entry) => entry.veto(question(given))?.reason)).toEqual([expected]);
  });

  it.each([...new Set([...RESTART_VETOES, ...STOP_VETOES].map(({ name }) => name))])(
    "%s has a row that it refuses and one that it passes",
    (name) => {
      const outcomes = ROWS.filter((row) => row.veto === name).map((row) => row.expected !== undefined);
      expect(new Set(outcomes)).toEqual(new Set([true, false]));
    },
  );

  it("name the number of queries", () => {
    const messages = [1, 2].map((count) => stopVeto(question({ seen: { trino: queries(count) } }))?.message);
    expect(messages).toEqual([expect.stringMatching(/there is 1 now$/), expect.stringMatching(/there are 2 now$/)]);
  });
});

/** Each row is refused by its first veto and by the later ones as well, so the order decides what the status tells. */
const everything: Given = { preflight: FAILED, rolledOut: false, seen: { trino: silent } };

describe("the chain of a restart", () => {
  it("asks in this order", () => {
    expect(RESTART_VETOES.map(({ name }) => name)).toEqual(["preflight", "workers_first", "trino_unknown", "queries_running"]);
  });

  it.each<{ name: string; given: Given; expected: Reason | undefined }>([
    { name: "allows what no veto refuses", given: {}, expected: undefined },
    { name: "tells the preflight before all others", given: everything, expected: "PreflightFailed" },
    { name: "tells the workers before Trino's silence", given: { ...everything, preflight: CONCLUDED }, expected: "WaitingForWorkers" },
    { name: "tells Trino's silence last but one", given: { seen: { trino: silent } }, expected: "TrinoUnknown" },
    { name: "tells queries last", given: { seen: { trino: queries(2) } }, expected: "QueriesRunning" },
    {
      name: "asks only for the preflight when the coordinator has not started",
      given: { ...everything, pod: unstarted },
      expected: "PreflightFailed",
    },
    {
      name: "allows the restart of one that has not started",
      given: { ...everything, pod: unstarted, preflight: CONCLUDED },
      expected: undefined,
    },
    {
      name: "refuses the restart of one that is only not ready",
      given: { pod: { ready: false }, seen: { trino: queries(2) } },
      expected: "QueriesRunning",
    },
    {
      name: "refuses the restart of one that has started by Trino's own word, when the cache is behind",
      given: { pod: unstarted, seen: { trino: queries(2) } },
      expected: "QueriesRunning",
    },
    {
      name: "refuses that of a revision of which only other workers failed since it served",
      given: {
        seen: {
          trino: queries(2),
          revisions: [revision("coordinator", "c-old", { attempt: attemptAt(1, "Served") }), withWorkers(2, "Failed")],
        },
      },
      expected: "QueriesRunning",
    },
    {
      name: "refuses that of a revision that failed before it served with other workers",
      given: {
        seen: {
          trino: queries(2),
          revisions: [revision("coordinator", "c-old", { attempt: attemptAt(1, "Failed") }), withWorkers(2, "Served")],
        },
      },
      expected: "QueriesRunning",
    },
    {
      name: "refuses that of a revision beside which another one failed",
      given: { seen: { trino: queries(2), revisions: [...SERVED, revision("coordinator", "c-new", { attempt: attemptAt(9, "Failed") })] } },
      expected: "QueriesRunning",
    },
    {
      name: "refuses that of a revision of which nothing is remembered",
      given: { seen: { trino: queries(2), revisions: [] } },
      expected: "QueriesRunning",
    },
    {
      name: "allows the restart of a revision that was tried and failed, whatever else holds",
      given: { ...everything, seen: { trino: queries(2), revisions: failedBefore } },
      expected: undefined,
    },
  ])("$name", ({ given, expected }) => {
    expect(restartVeto(question(given))?.reason).toBe(expected);
  });
});

describe("the chain of a stop", () => {
  it("asks in this order", () => {
    expect(STOP_VETOES.map(({ name }) => name)).toEqual(["trino_unknown", "queries_running"]);
  });

  it.each<{ name: string; given: Given; expected: Reason | undefined }>([
    { name: "allows what no veto refuses", given: {}, expected: undefined },
    { name: "asks neither for a preflight nor for workers", given: { preflight: FAILED, rolledOut: false }, expected: undefined },
    { name: "tells Trino's silence", given: { seen: { trino: silent } }, expected: "TrinoUnknown" },
    { name: "tells queries", given: { seen: { trino: queries(2) } }, expected: "QueriesRunning" },
    { name: "allows the stop of one that has not started", given: { pod: unstarted, seen: { trino: silent } }, expected: undefined },
    {
      name: "refuses the stop of one that has started by Trino's own word, when the cache is behind",
      given: { pod: unstarted, seen: { trino: queries(2) } },
      expected: "QueriesRunning",
    },
  ])("$name", ({ given, expected }) => {
    expect(stopVeto(question(given))?.reason).toBe(expected);
  });
});

describe("idleness is required", () => {
  it.each<{ name: string; given: Given; expected: boolean }>([
    { name: "under WhenIdle", given: {}, expected: true },
    { name: "not under Immediate", given: { spec: IMMEDIATE }, expected: false },
    { name: "not of a coordinator that has not started", given: { pod: unstarted, seen: { trino: silent } }, expected: false },
    { name: "of one that answers, when the cache is behind", given: { pod: unstarted }, expected: true },
    { name: "until the deadline", given: { spec: HOUR, seen: { ...HOUR_AGO, at: NOON - 1 } }, expected: true },
    { name: "not from the deadline on", given: { spec: HOUR, seen: HOUR_AGO }, expected: false },
  ])("$name", ({ given, expected }) => {
    expect(idleRequired(question(given))).toBe(expected);
  });
});
