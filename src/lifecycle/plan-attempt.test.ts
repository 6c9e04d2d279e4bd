import { describe, expect, it } from "vitest";
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import { cluster, NOON, observation, pod, revision, TARGET, workers, workload } from "./fixtures.ts";
import type { Attempt, Observation, ObservedPod, ObservedRevision } from "./observation.ts";
import { planAttempt } from "./plan-attempt.ts";
import type { CoordinatorPlan } from "./plan-types.ts";

const NOW = "2026-01-01T12:00:00Z";
const minutesAgo = (minutes: number): string => `${new Date(NOON - minutes * 60_000).toISOString().slice(0, 19)}Z`;
const attempt = (result: Attempt["result"], more: Partial<Attempt> = {}): Attempt => ({
  coordinator: TARGET.coordinator,
  workers: TARGET.workers,
  since: minutesAgo(2),
  result,
  reason: "",
  ...more,
});
const remembered = (last: Attempt | undefined): ObservedRevision => revision("coordinator", TARGET.coordinator, { attempt: last });
const served = revision("coordinator", "c-old", { attempt: attempt("Served", { coordinator: "c-old", workers: "w-old" }) });
const coordinator = (more: Partial<ObservedPod> = {}): ObservedPod => pod("coordinator", "orders-coordinator-a-0", more);
const trino = (registered: number, starting = false) => ({ kind: "answered", version: "476", starting, registered, queries: 0 }) as const;
const silent = { kind: "silent", reason: "x" } as const;
const refused = { reason: "ConfigurationRefused", message: "coordinator refused property x" };
const starting = { ready: false, started: false };

interface Row {
  readonly name: string;
  /** What is remembered of the target. */
  readonly last?: Attempt;
  readonly seen?: Partial<Observation>;
  readonly pod?: Partial<ObservedPod>;
  readonly spec?: Partial<TrinoCluster["spec"]>;
  readonly coordinator?: CoordinatorPlan;
  readonly rolledOut?: boolean;
  readonly rolledBack?: boolean;
  /** Whether another pair has served. */
  readonly wayBack?: boolean;
  /** What the revision of the workers remembers. */
  readonly workers?: Attempt;
  /** Undefined when nothing is to be remembered. */
  readonly expected: Attempt | undefined;
  /** The coordinator, where nothing else is said. */
  readonly keptWith?: "worker";
}

const replace = { kind: "replace", pod: { name: "orders-coordinator-a-0", uid: "u", resourceVersion: "1" } } as const;
const minAvailable = (count: number) => ({ workers: { replicas: 3, minAvailable: count } });
const withOldWorkers = attempt("Served", { workers: "w-old", since: minutesAgo(60) });
const late = attempt("Pending", { since: minutesAgo(16) });
const onTime = attempt("Pending", { since: minutesAgo(15) });

const ROWS: readonly Row[] = [
  // Pending.
  { name: "is pending from the restart for it", coordinator: replace, expected: attempt("Pending", { since: NOW }) },
  {
    name: "is pending again from another restart for it",
    coordinator: replace,
    last: attempt("Failed", { workers: "w-failed" }),
    expected: attempt("Pending", { since: NOW }),
  },
  {
    name: "is not pending on the way back: it has served, and that is not forgotten",
    coordinator: replace,
    last: attempt("Served"),
    rolledBack: true,
    expected: undefined,
  },
  {
    name: "is not pending when it is taken up again and is all that has served: it stays the way back",
    coordinator: replace,
    last: attempt("Served"),
    expected: undefined,
  },
  {
    name: "is pending when it is taken up again and another pair has served, which is the way back",
    coordinator: replace,
    last: attempt("Served"),
    wayBack: true,
    expected: attempt("Pending", { since: NOW }),
  },
  {
    name: "is pending from the edit of the workers, when that comes while the coordinator is tried",
    last: attempt("Pending", { workers: "w-older" }),
    wayBack: true,
    seen: { trino: trino(0) },
    expected: attempt("Pending", { since: NOW }),
  },
  {
    name: "is pending from the first sight of its coordinator, when there was none to replace",
    wayBack: true,
    pod: starting,
    seen: { trino: silent },
    expected: attempt("Pending", { since: NOW }),
  },
  { name: "is not judged where nothing has served before", pod: starting, seen: { trino: silent }, expected: undefined },
  {
    name: "is not judged while workers move under a coordinator that has served",
    last: attempt("Served", { workers: "w-old" }),
    wayBack: true,
    rolledOut: false,
    seen: { workers: [workload(TARGET.workers, 2), workload("w-old", 1)] },
    expected: undefined,
  },
  { name: "stays pending while the coordinator starts", last: onTime, pod: starting, seen: { trino: silent }, expected: undefined },
  { name: "is not remembered while the cluster is suspended", spec: { suspend: true }, expected: undefined },
  {
    name: "is not judged by a coordinator of another revision",
    last: late,
    pod: { revision: "c-old" },
    seen: { trino: trino(3) },
    expected: undefined,
  },
  { name: "is not judged by a coordinator that goes", last: late, pod: { deleting: true }, expected: undefined },
  // Served.
  {
    name: "has served when the coordinator counts enough workers and all are of it",
    last: attempt("Pending"),
    expected: attempt("Served"),
  },
  { name: "has served from now when nobody tried it on purpose", expected: attempt("Served", { since: NOW }) },
  {
    name: "has served with the workers that there are now",
    last: attempt("Served", { workers: "w-old" }),
    expected: attempt("Served", { since: NOW }),
    keptWith: "worker",
  },
  { name: "is written once", last: attempt("Served"), expected: undefined },
  {
    name: "serves after all",
    last: attempt("Failed", { since: minutesAgo(60), reason: "x" }),
    expected: attempt("Served", { since: NOW }),
  },
  {
    name: "is the newest again when it serves after another one was tried",
    last: attempt("Served", { since: minutesAgo(60) }),
    wayBack: true,
    expected: attempt("Served", { since: NOW }),
  },
  { name: "has not served while workers of another revision are there", last: onTime, rolledOut: false, expected: undefined },
  { name: "has not served while the coordinator starts", last: onTime, seen: { trino: trino(3, true) }, expected: undefined },
  {
    name: "has served with minAvailable workers",
    last: onTime,
    spec: minAvailable(2),
    seen: { trino: trino(2) },
    expected: { ...onTime, result: "Served" },
  },
  {
    name: "has not served with fewer than minAvailable workers",
    last: onTime,
    spec: minAvailable(2),
    seen: { trino: trino(1) },
    expected: undefined,
  },
  {
    name: "needs no more workers than there are replicas",
    last: onTime,
    spec: { workers: { replicas: 1, minAvailable: 1 } },
    seen: { trino: trino(1) },
    expected: { ...onTime, result: "Served" },
  },
  {
    name: "has not served while its workers are not there, though the coordinator counts one that has just gone",
    seen: { trino: trino(1), pods: [coordinator(), ...workers(3, { ready: false })] },
    expected: undefined,
  },
  {
    name: "has not served while its last workers go for a scale to none",
    spec: { workers: { replicas: 0 } },
    seen: { trino: trino(0) },
    expected: undefined,
  },
  {
    name: "has not served without workers",
    spec: { workers: { replicas: 0 } },
    seen: { trino: trino(0), pods: [coordinator()] },
    expected: undefined,
  },
  // Failed.
  {
    name: "has failed when the coordinator was started three times again in vain",
    last: onTime,
    pod: { ...starting, restarts: 3, problem: refused },
    seen: { trino: silent },
    expected: { ...onTime, result: "Failed", reason: refused.message },
  },
  {
    name: "has not failed after two restarts",
    last: onTime,
    pod: { ...starting, restarts: 2, problem: refused },
    seen: { trino: silent },
    expected: undefined,
  },
  {
    name: "has not failed when the coordinator has started after three restarts",
    last: onTime,
    pod: { started: true, ready: false, restarts: 3, problem: refused },
    seen: { trino: silent },
    expected: undefined,
  },
  {
    name: "has not failed at progressDeadline sharp",
    last: onTime,
    pod: starting,
    seen: { trino: silent },
    expected: undefined,
  },
  {
    name: "has failed when the coordinator is not ready within progressDeadline",
    last: late,
    pod: starting,
    seen: { trino: silent },
    expected: { ...late, result: "Failed", reason: "the coordinator did not become ready within workers.rollout.progressDeadline" },
  },
  {
    name: "has not failed when the coordinator's pod is younger than progressDeadline, as after a suspension",
    last: attempt("Pending", { since: minutesAgo(60) }),
    pod: { ...starting, created: minutesAgo(15) },
    seen: { trino: silent },
    expected: undefined,
  },
  {
    name: "has not failed when the first worker is younger than progressDeadline, as after a time without workers",
    last: attempt("Pending", { since: minutesAgo(60) }),
    seen: { trino: trino(0), pods: [coordinator(), ...workers(3, { created: minutesAgo(15) })] },
    expected: undefined,
  },
  {
    name: "has failed with the coordinator's own reason",
    last: late,
    pod: { ...starting, problem: refused },
    seen: { trino: silent },
    expected: { ...late, result: "Failed", reason: refused.message },
  },
  {
    name: "has not failed when the coordinator is ready but silent: that proves nothing",
    last: late,
    seen: { trino: silent },
    expected: undefined,
  },
  {
    name: "has not failed while it serves and old workers drain for longer than progressDeadline",
    last: late,
    rolledOut: false,
    expected: undefined,
  },
  {
    name: "has failed when no worker is registered within progressDeadline",
    last: late,
    seen: { trino: trino(0) },
    expected: {
      ...late,
      result: "Failed",
      reason: "0 workers were registered within workers.rollout.progressDeadline, at least 1 are needed",
    },
  },
  {
    name: "has failed with a worker's reason when no worker is registered",
    last: late,
    seen: { trino: trino(0), pods: [coordinator(), ...workers(2), pod("worker", "w-new-2", { problem: refused })] },
    expected: { ...late, result: "Failed", reason: refused.message },
  },
  {
    name: "does not fail after it has served",
    last: attempt("Served", { since: minutesAgo(60) }),
    pod: { ...starting, restarts: 7, problem: refused },
    seen: { trino: silent },
    expected: undefined,
  },
  // Workers alone.
  {
    name: "is pending when workers that were edited alone have replaced the last old one",
    last: withOldWorkers,
    seen: { trino: trino(0) },
    expected: attempt("Pending", { since: NOW }),
    keptWith: "worker",
  },
  {
    name: "is none of workers alone while an old one is left",
    last: withOldWorkers,
    seen: { trino: trino(0), workers: [workload(TARGET.workers, 2), workload("w-old", 1)] },
    expected: undefined,
  },
  {
    name: "is none of workers alone where none are wanted",
    last: withOldWorkers,
    spec: { workers: { replicas: 0 } },
    seen: { trino: trino(0), workers: [workload(TARGET.workers, 0)] },
    expected: undefined,
  },
  {
    name: "has served with workers that were tried alone",
    last: withOldWorkers,
    workers: attempt("Pending"),
    expected: attempt("Served"),
    keptWith: "worker",
  },
  {
    name: "has failed when workers alone do not register in time",
    last: withOldWorkers,
    workers: late,
    seen: { trino: trino(0) },
    expected: {
      ...late,
      result: "Failed",
      reason: "0 workers were registered within workers.rollout.progressDeadline, at least 1 are needed",
    },
    keptWith: "worker",
  },
  {
    name: "has not failed when workers alone have registered, though not all",
    last: withOldWorkers,
    workers: late,
    rolledOut: false,
    seen: { trino: trino(1) },
    expected: undefined,
  },
  {
    name: "has not failed while the coordinator cannot know the workers",
    last: withOldWorkers,
    workers: late,
    pod: { ...starting, restarts: 7, problem: refused },
    seen: { trino: silent },
    expected: undefined,
  },
  {
    name: "has not failed when the coordinator came back within progressDeadline",
    last: withOldWorkers,
    workers: late,
    pod: { readySince: minutesAgo(15) },
    seen: { trino: trino(0) },
    expected: undefined,
  },
  {
    name: "has not failed while workers alone wait for room, because old ones drain",
    last: withOldWorkers,
    workers: late,
    seen: { trino: trino(0), pods: [coordinator(), ...workers(1, { revision: "w-old", deleting: true })] },
    expected: undefined,
  },
];

describe("an attempt", () => {
  it.each(ROWS)("$name", (row) => {
    const { last, seen = {}, spec = {}, coordinator: step = { kind: "apply", replicas: 1 }, rolledOut = true } = row;
    const rolledBack = row.rolledBack ? ({ role: "coordinator", revision: "c-failed", since: NOW, reason: "x" } as const) : undefined;
    const own = revision("worker", TARGET.workers, { attempt: row.workers });
    const revisions = [remembered(last), own, ...(row.wayBack ? [served] : [])];
    const pods = [coordinator(row.pod), ...workers(3)];
    const made = planAttempt(
      { cluster: cluster(spec), target: TARGET, observation: observation({ pods, revisions, ...seen }) },
      { coordinator: step, workers: { replicas: [], drain: [], retire: [], waiting: [], rolledOut }, rolledBack },
    );
    const kept = made.kind === "record" ? { keptWith: made.keptWith, attempt: made.attempt } : undefined;
    expect(kept).toEqual(row.expected && { keptWith: row.keptWith ?? "coordinator", attempt: row.expected });
  });
});

describe("the way back", () => {
  it.each([
    { name: "is told where another pair has served", revisions: [served, revision("worker", "w-old")], expected: true },
    { name: "is not told where its workers are forgotten", revisions: [served], expected: false },
    { name: "is not told where none ever served", revisions: [], expected: false },
  ])("$name", ({ revisions, expected }) => {
    const seen = observation({ revisions: [remembered(late), ...revisions], pods: [coordinator(), ...workers(3)], trino: trino(0) });
    const others = { replicas: [], drain: [], retire: [], waiting: [], rolledOut: true };
    const made = planAttempt(
      { cluster: cluster(), target: TARGET, observation: seen },
      { coordinator: { kind: "apply", replicas: 1 }, workers: others, rolledBack: undefined },
    );
    expect(made).toMatchObject({ kind: "record", attempt: { result: "Failed" }, wayBack: expected });
  });
});
