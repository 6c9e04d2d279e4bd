import { describe, expect, it } from "vitest";
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import { cluster, NOON, observation, pod, revision, TARGET, workers, workload } from "./fixtures.ts";
import type { Observation, ObservedPod, ObservedRevision } from "./observation.ts";
import { planPreflight } from "./plan-preflight.ts";
import type { Target } from "./plan-types.ts";
import type { Reason } from "./reasons.ts";

const seconds = (ago: number): string => new Date(NOON - ago * 1000).toISOString();
const minutes = (ago: number): string => seconds(60 * ago);
const served = revision("coordinator", "c-old", { attempt: { workers: "w-old", since: minutes(60), result: "Served", reason: "" } });
const serving = (more: Partial<ObservedRevision>): ObservedRevision => ({ ...served, ...more });
const unproved = { preflight: undefined } as const;
const newCoordinator = revision("coordinator", "c-new", unproved);
const newWorkers = revision("worker", "w-new", unproved);
const oldWorkers = revision("worker", "w-old");
/** A throw-away pod that has just been made. */
const trial = (more: Partial<ObservedPod> = {}): ObservedPod =>
  pod("preflight", "orders-preflight-c-new", { revision: "c-new", ready: false, started: false, created: seconds(20), ...more });
const problem = { reason: "ConfigurationRefused", message: "coordinator refused property x" };
const other = (name: string): ObservedPod => trial({ name, uid: `uid-${name}`, revision: "c-older" });
const referenceOf = ({ name, uid }: ObservedPod) => ({ name, uid });

/** It has started, and knows no worker. */
const alone = { kind: "answered", version: "476", starting: false, registered: 0, queries: 0 } as const;
const silent = { kind: "silent", reason: "x" } as const;

/** The coordinator has to move from c-old to c-new; the workers are on w-new already. */
const seen = (more: Partial<Observation> = {}): Observation =>
  observation({
    coordinator: workload("c-old", 1),
    pods: [pod("coordinator", "orders-coordinator-a-0", { revision: "c-old" }), ...workers(3)],
    revisions: [served, newCoordinator, newWorkers, oldWorkers],
    ...more,
  });
/** The workers have to move as well. */
const bothMove = { workers: [workload("w-old", 3)] };

interface Row {
  readonly name: string;
  readonly seen?: Partial<Observation>;
  readonly spec?: Partial<TrinoCluster["spec"]>;
  readonly target?: Partial<Target>;
  readonly expected: ReturnType<typeof planPreflight>["plan"];
  readonly concluded: boolean;
  readonly waiting?: Reason;
}

const none = { kind: "none" } as const;
const run = (role: "coordinator" | "worker") => ({ kind: "run", role, revision: role === "worker" ? "w-new" : "c-new" }) as const;
const conclude = (result: "Passed" | "Skipped") => ({ kind: "conclude", role: "coordinator", revision: "c-new", result }) as const;
const otherVersion = { version: 483, compatibility: "483 orders-internal-1" };
const otherSecret = { compatibility: "476 orders-internal-2" };
const noSurge = { workers: { replicas: 3, rollout: { maxSurge: 0, maxUnavailable: 1 } } };

/** One row for each way in which a preflight begins, goes and ends. */
const ROWS: readonly Row[] = [
  // Whether edits settle.
  {
    name: "waits while the wanted coordinator has not been remembered yet",
    seen: { revisions: [served, newWorkers] },
    expected: none,
    concluded: false,
    waiting: "EditsSettling",
  },
  {
    name: "waits while the edit of the coordinator is younger than five seconds",
    seen: { revisions: [served, { ...newCoordinator, created: seconds(4.9) }, newWorkers] },
    expected: none,
    concluded: false,
    waiting: "EditsSettling",
  },
  {
    name: "tries the coordinator when its edit is five seconds old",
    seen: { revisions: [served, { ...newCoordinator, created: seconds(5) }, newWorkers] },
    expected: run("coordinator"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "waits while the edit of the workers is younger than five seconds",
    seen: { ...bothMove, revisions: [served, newCoordinator, { ...newWorkers, created: seconds(4.9) }, oldWorkers] },
    expected: none,
    concluded: false,
    waiting: "EditsSettling",
  },
  {
    name: "does not let edits settle where nothing serves or has ever served",
    seen: { trino: alone, revisions: [serving({ attempt: undefined }), { ...newCoordinator, created: seconds(1) }, newWorkers] },
    expected: none,
    concluded: true,
  },
  {
    name: "does not let edits settle in a new cluster",
    seen: { coordinator: undefined, workers: [], pods: [], revisions: [] },
    expected: none,
    concluded: true,
  },
  // Whether anything has to be tried.
  {
    name: "tries nothing where nothing serves or has ever served",
    seen: { trino: alone, revisions: [serving({ attempt: undefined }), newCoordinator, newWorkers] },
    expected: none,
    concluded: true,
  },
  {
    name: "tries nothing where a suspension has stopped the coordinator: it starts at once, and is judged as it comes up",
    seen: { coordinator: workload("c-old", 0), pods: [] },
    expected: none,
    concluded: true,
  },
  {
    name: "tries nothing where the coordinator has not started",
    seen: {
      trino: silent,
      pods: [pod("coordinator", "orders-coordinator-a-0", { revision: "c-old", started: false, ready: false })],
      revisions: [serving({ attempt: undefined }), newCoordinator, newWorkers],
    },
    expected: none,
    concluded: true,
  },
  {
    name: "tries a new coordinator where one serves and the cache is behind",
    seen: {
      pods: [pod("coordinator", "orders-coordinator-a-0", { revision: "c-old", started: false, ready: false })],
      revisions: [serving({ attempt: undefined }), newCoordinator, newWorkers],
    },
    expected: run("coordinator"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "tries a new coordinator where one has started and does not say whether it serves",
    seen: { trino: silent, revisions: [serving({ attempt: undefined }), newCoordinator, newWorkers] },
    expected: run("coordinator"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "tries a new coordinator where one serves and nobody has remembered that yet",
    seen: { revisions: [serving({ attempt: undefined }), newCoordinator, newWorkers] },
    expected: run("coordinator"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  { name: "tries a new coordinator", expected: run("coordinator"), concluded: false, waiting: "PreflightRunning" },
  {
    name: "tries nothing when the coordinator is of the target already",
    seen: { coordinator: workload("c-new", 1), revisions: [serving({ hash: "c-new" }), newWorkers] },
    expected: none,
    concluded: true,
  },
  {
    name: "tries nothing that has served before",
    seen: {
      revisions: [
        served,
        { ...newCoordinator, attempt: { coordinator: "c-new", workers: "w-new", since: "", result: "Served", reason: "" } },
        newWorkers,
      ],
    },
    expected: none,
    concluded: true,
  },
  {
    name: "tries nothing again that has passed",
    seen: { revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers] },
    expected: none,
    concluded: true,
  },
  {
    name: "tries nothing again for which there was no room",
    seen: { revisions: [served, { ...newCoordinator, preflight: "Skipped" }, newWorkers] },
    expected: none,
    concluded: true,
  },
  {
    name: "tries nothing where preflight is false",
    spec: { workers: { replicas: 3, rollout: { preflight: false } } },
    expected: none,
    concluded: true,
  },
  { name: "tries nothing while suspended", spec: { suspend: true }, expected: none, concluded: true },
  // Whether the workers have to be tried.
  {
    name: "leaves new workers of the same version to the rolling update",
    seen: { ...bothMove, revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers] },
    expected: none,
    concluded: true,
  },
  {
    name: "tries the workers across versions, the coordinator first",
    seen: bothMove,
    target: otherVersion,
    expected: run("coordinator"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "tries the workers across versions when the coordinator has passed",
    seen: { ...bothMove, revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers] },
    target: otherVersion,
    expected: run("worker"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "tries the workers across shared secrets",
    seen: { ...bothMove, revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers] },
    target: otherSecret,
    expected: run("worker"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "tries the workers where there is no room for one more",
    seen: { ...bothMove, revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers] },
    spec: noSurge,
    expected: run("worker"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "tries the workers where all of them may be unavailable",
    seen: { ...bothMove, revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers] },
    spec: { workers: { replicas: 1, rollout: { maxUnavailable: 1 } } },
    expected: run("worker"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "leaves new workers to the rolling update where one of them stays",
    seen: { ...bothMove, revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers] },
    spec: { workers: { replicas: 2, rollout: { maxUnavailable: 1 } } },
    expected: none,
    concluded: true,
  },
  {
    name: "tries no workers when none of them moves",
    seen: { revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers] },
    spec: noSurge,
    expected: none,
    concluded: true,
  },
  {
    name: "tries no workers when those of the old revision are stopped already",
    seen: {
      workers: [workload("w-old", 0), workload("w-new", 3)],
      revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers, oldWorkers],
    },
    spec: noSurge,
    expected: none,
    concluded: true,
  },
  // How it ends.
  {
    name: "goes on while its pod starts",
    seen: { pods: [trial()] },
    expected: none,
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "is passed when its pod is ready",
    seen: { pods: [trial({ ready: true, started: true })] },
    expected: conclude("Passed"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "waits half a minute for a node with room",
    seen: { pods: [trial({ unscheduledSince: seconds(30), problem: { reason: "Unschedulable", message: "x" } })] },
    expected: none,
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "is skipped when no node has had room for half a minute",
    seen: { pods: [trial({ unscheduledSince: seconds(30.1), problem: { reason: "Unschedulable", message: "x" } })] },
    expected: conclude("Skipped"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "waits for progressDeadline for a pod that does not start and says nothing",
    seen: { pods: [trial({ created: minutes(15) })] },
    expected: none,
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "is skipped when its pod has not started within progressDeadline and says nothing",
    seen: { pods: [trial({ created: minutes(15.1) })] },
    expected: conclude("Skipped"),
    concluded: false,
    waiting: "PreflightRunning",
  },
  {
    name: "has failed when its pod has ended",
    seen: { pods: [trial({ ended: true, problem })] },
    expected: none,
    concluded: false,
    waiting: "PreflightFailed",
  },
  {
    name: "has failed, and is not skipped, while its pod says why it does not start",
    seen: { pods: [trial({ created: minutes(60), problem: { reason: "ImagePullFailed", message: "x" } })] },
    expected: none,
    concluded: false,
    waiting: "PreflightFailed",
  },
];

const stepOf = ({ seen: more = {}, spec = {}, target = {} }: Partial<Row>) =>
  planPreflight({ cluster: cluster(spec), target: { ...TARGET, ...target }, observation: seen(more) });

describe("the preflight", () => {
  it.each(ROWS)("$name", ({ expected, concluded, waiting, ...given }) => {
    const step = stepOf(given);
    expect({ plan: step.plan, concluded: step.concluded, waiting: step.waiting[0]?.reason }).toEqual({
      plan: expected,
      concluded,
      waiting,
    });
  });

  it("tells why it failed", () => {
    expect(stepOf({ seen: { pods: [trial({ ended: true, problem })] } }).waiting[0]?.message).toMatch(
      /nothing was touched: .*refused property x$/,
    );
    expect(stepOf({ seen: { pods: [trial({ ended: true })] } }).waiting[0]?.message).toMatch(/ended before it was ready$/);
  });
});

describe("a throw-away pod", () => {
  const failed = trial({ ended: true, problem });
  const coordinatorServes = { coordinator: workload("c-new", 1), revisions: [serving({ hash: "c-new" }), newWorkers] };
  it.each<{ name: string; given: Partial<Row>; expected: readonly ObservedPod[] }>([
    { name: "stays while it starts", given: { seen: { pods: [trial()] } }, expected: [] },
    {
      name: "stays until its success is remembered",
      given: { seen: { pods: [trial({ ready: true, started: true })] } },
      expected: [],
    },
    {
      name: "goes when its success is remembered",
      given: { seen: { pods: [trial()], revisions: [served, { ...newCoordinator, preflight: "Passed" }, newWorkers] } },
      expected: [trial()],
    },
    { name: "goes when the edit was taken back", given: { seen: { ...coordinatorServes, pods: [trial()] } }, expected: [trial()] },
    {
      name: "goes when it is of another revision than wanted",
      given: { seen: { pods: [trial(), other("b"), other("c")] } },
      expected: [other("b"), other("c")],
    },
    {
      name: "goes while edits settle when it is of another revision",
      given: { seen: { pods: [other("b")], revisions: [served, newWorkers] } },
      expected: [other("b")],
    },
    {
      name: "that failed stays for ten minutes",
      given: { seen: { pods: [{ ...failed, created: minutes(10) }] } },
      expected: [],
    },
    {
      name: "that failed goes after ten minutes, so that another one tries again",
      given: { seen: { pods: [{ ...failed, created: minutes(10.1) }] } },
      expected: [failed],
    },
    {
      name: "that failed goes after ten minutes, and others with it",
      given: { seen: { pods: [{ ...failed, created: minutes(10.1) }, other("b")] } },
      expected: [other("b"), failed],
    },
    {
      name: "that cannot pull its image stays: the kubelet tries again",
      given: { seen: { pods: [trial({ created: minutes(60), problem: { reason: "ImagePullFailed", message: "x" } })] } },
      expected: [],
    },
    { name: "that is being deleted is not deleted again", given: { seen: { pods: [{ ...other("b"), deleting: true }] } }, expected: [] },
  ])("$name", ({ given, expected }) => {
    expect(stepOf(given).discard).toEqual(expected.map(referenceOf));
  });

  it("runs anew when the one before it is being deleted", () => {
    expect(stepOf({ seen: { pods: [{ ...failed, deleting: true }] } }).plan).toEqual(run("coordinator"));
  });
});
