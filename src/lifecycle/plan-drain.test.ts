import { describe, expect, it } from "vitest";
import { cluster, NOON, observation, pod, TARGET, workers, workload } from "./fixtures.ts";
import type { ObservedNode, ObservedPod } from "./observation.ts";
import { plan } from "./plan.ts";
import { DELETION_COST, inTheWay } from "./plan-drain.ts";

const ago = (seconds: number): string => new Date(NOON - seconds * 1000).toISOString();
const coordinator = pod("coordinator", "orders-coordinator-a-0");
const worker = (name: string, more: Partial<ObservedPod> = {}): ObservedPod => pod("worker", name, more);
const marked = (name: string, seconds: number, more: Partial<ObservedPod> = {}): ObservedPod =>
  worker(name, { drainSince: ago(seconds), deletionCost: DELETION_COST.marked, ...more });
const released = (name: string, more: Partial<ObservedPod> = {}): ObservedPod =>
  marked(name, 60, { deletionCost: DELETION_COST.released, ...more });
const timedOut = (name: string, more: Partial<ObservedPod> = {}): ObservedPod =>
  marked(name, 1800, { deletionCost: DELETION_COST.timedOut, ...more });
const says = (state: Extract<ObservedNode, { kind: "answered" }>["state"], tasks = 0): ObservedNode => ({ kind: "answered", state, tasks });
const silent: ObservedNode = { kind: "silent" };
const reference = (name: string) => ({ name, uid: `uid-${name}` });
const mark = (name: string, started = true) => ({ kind: "mark", pod: reference(name), started });
const restore = (name: string, instead: readonly string[] = []) => ({ kind: "restore", pod: reference(name), started: true, instead });
const registered = (count: number) => ({ kind: "answered", version: "476", starting: false, registered: count, queries: 1 }) as const;
const remove = (replicas: number, ...names: string[]) => ({ kind: "remove", revision: "w-new", replicas, pods: names.map(reference) });

interface Seen {
  readonly pods: readonly ObservedPod[];
  readonly nodes?: Readonly<Record<string, ObservedNode>>;
  readonly replicas?: number;
  readonly trino?: ReturnType<typeof registered> | { readonly kind: "silent"; readonly reason: string } | { readonly kind: "unasked" };
  readonly version?: number;
  readonly coordinator?: ObservedPod;
}

/** What is planned for a cluster that wants `wanted` workers. */
function planned(wanted: number, seen: Seen, spec: Parameters<typeof cluster>[0] = {}) {
  const { pods, nodes = {}, replicas = pods.filter(({ deleting }) => !deleting).length, version = 476 } = seen;
  const active = pods.filter((candidate) => candidate.drainSince === undefined && !candidate.deleting).length;
  const target = { ...TARGET, version };
  return plan({
    cluster: cluster({ workers: { replicas: wanted }, ...spec }),
    target,
    observation: observation({
      workers: [workload(TARGET.workers, replicas, { version })],
      pods: [seen.coordinator ?? coordinator, ...pods],
      nodes: new Map(Object.entries(nodes)),
      trino: seen.trino ?? registered(active),
    }),
  });
}

describe("plan of a scale-in", () => {
  it.each<{ name: string; wanted: number; seen: Seen; expected: readonly object[] }>([
    {
      name: "marks the workers with the fewest tasks",
      wanted: 1,
      seen: { pods: workers(3), nodes: { "w-new-0": says("ACTIVE", 2), "w-new-1": says("ACTIVE", 9), "w-new-2": says("ACTIVE", 5) } },
      expected: [mark("w-new-0"), mark("w-new-2")],
    },
    {
      name: "marks the youngest of equally busy ones, then by name",
      wanted: 1,
      seen: { pods: [worker("a"), worker("b", { created: "2026-01-01T11:00:00Z" }), worker("c")] },
      expected: [mark("b"), mark("a")],
    },
    {
      name: "takes one that does not answer for a busy one",
      wanted: 1,
      seen: { pods: [worker("a"), worker("b")], nodes: { a: silent, b: says("ACTIVE", 400) } },
      expected: [mark("b")],
    },
    {
      name: "marks one that has not started before any that works",
      wanted: 2,
      seen: {
        pods: [worker("a"), worker("b", { ready: false, started: false }), worker("c")],
        nodes: { a: says("ACTIVE"), c: says("ACTIVE") },
      },
      expected: [mark("b", false)],
    },
    {
      name: "does not choose anew when tasks change: who is marked goes",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 5), worker("c")], nodes: { a: says("ACTIVE"), b: says("DRAINING", 50), c: says("ACTIVE") } },
      expected: [],
    },
    {
      name: "marks one more when one more is to go",
      wanted: 1,
      seen: {
        pods: [worker("a"), marked("b", 60), worker("c")],
        nodes: { a: says("ACTIVE", 1), b: says("DRAINING", 50), c: says("ACTIVE") },
      },
      expected: [mark("c")],
    },
    {
      name: "tells a marked worker that says ACTIVE again, because the operator died before it could",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 5), worker("c")], nodes: { b: says("ACTIVE") } },
      expected: [{ kind: "drain", pod: reference("b") }],
    },
    {
      name: "tells a marked worker again whose Trino was started anew",
      wanted: 2,
      seen: { pods: [worker("a"), released("b"), worker("c")], nodes: { b: says("ACTIVE") } },
      expected: [{ kind: "drain", pod: reference("b") }],
    },
    {
      name: "waits for a marked worker that does not answer",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 60), worker("c")], nodes: { b: silent } },
      expected: [],
    },
    {
      name: "waits while it drains",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 1799), worker("c")], nodes: { b: says("DRAINING", 1) } },
      expected: [],
    },
    {
      name: "waits until the coordinator must have seen that it drains",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 7), worker("c")], nodes: { b: says("DRAINED") } },
      expected: [],
    },
    {
      name: "lets one go that has drained",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 8), worker("c")], nodes: { b: says("DRAINED") } },
      expected: [{ kind: "release", pod: reference("b"), since: ago(8), result: "Drained" }],
    },
    {
      name: "lets one go at the end of workers.drainTimeout",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 1800), worker("c")], nodes: { b: says("DRAINING", 7) } },
      expected: [{ kind: "release", pod: reference("b"), since: ago(1800), result: "TimedOut" }],
    },
    {
      name: "lets one go at the end of workers.drainTimeout that does not answer, and may never have been told",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 1800), worker("c")], nodes: { b: silent } },
      expected: [{ kind: "release", pod: reference("b"), since: ago(1800), result: "Untold" }],
    },
    {
      name: "removes one whose time is over",
      wanted: 2,
      seen: { pods: [worker("a"), timedOut("b"), worker("c")], nodes: { b: says("DRAINING", 7) } },
      expected: [remove(2, "b")],
    },
    {
      name: "does not give it the same time once more when it goes",
      wanted: 2,
      seen: { pods: [worker("a"), worker("c"), timedOut("b", { deleting: true, deleteBy: ago(-31) })] },
      expected: [{ kind: "hasten", pod: reference("b"), gracePeriodSeconds: 30 }],
    },
    {
      name: "shortens its time once",
      wanted: 2,
      seen: { pods: [worker("a"), worker("c"), timedOut("b", { deleting: true, deleteBy: ago(-30) })] },
      expected: [],
    },
    {
      name: "leaves its time to one that goes before it was over",
      wanted: 2,
      seen: { pods: [worker("a"), worker("c"), released("b", { deleting: true, deleteBy: ago(-1900) })] },
      expected: [],
    },
    {
      name: "lets one go whose process is not there",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 1, { ready: false, started: false }), worker("c")] },
      expected: [{ kind: "release", pod: reference("b"), since: ago(1), result: "NotRunning" }],
    },
    {
      name: "removes exactly those that were let go, while another still drains",
      wanted: 1,
      seen: { pods: [worker("a"), released("b"), marked("c", 60)], nodes: { b: says("DRAINED"), c: says("DRAINING", 3) } },
      expected: [remove(2, "b")],
    },
    {
      name: "removes several at once",
      wanted: 1,
      seen: { pods: [worker("a"), released("b"), released("c")], nodes: { b: says("DRAINED"), c: says("DRAINED") } },
      expected: [remove(1, "b", "c")],
    },
    {
      name: "removes a drained one even when a worker that has not started may go in its place",
      wanted: 2,
      seen: { pods: [worker("a"), released("b"), worker("c", { ready: false, started: false })], nodes: { b: says("DRAINED") } },
      expected: [remove(2, "b")],
    },
    {
      name: "does nothing while the ReplicaSet has not yet removed what it was told to",
      wanted: 1,
      seen: { pods: [worker("a"), released("b"), released("c")], replicas: 1, nodes: { b: says("DRAINED"), c: says("DRAINED") } },
      expected: [],
    },
    {
      name: "is done when they leave",
      wanted: 1,
      seen: { pods: [worker("a"), released("b", { deleting: true }), released("c", { deleting: true })] },
      expected: [],
    },
    {
      name: "keeps a new pod from being made in place of one that died meanwhile",
      wanted: 1,
      seen: { pods: [worker("a"), marked("b", 5)], replicas: 3, nodes: { b: says("DRAINING") } },
      expected: [remove(2)],
    },
    {
      name: "marks nobody in place of one that is missing",
      wanted: 2,
      seen: { pods: workers(2), replicas: 3 },
      expected: [remove(2)],
    },
    {
      name: "leaves a settled cluster alone",
      wanted: 3,
      seen: { pods: workers(3) },
      expected: [],
    },
  ])("$name", ({ wanted, seen, expected }) => {
    expect(planned(wanted, seen).drain).toEqual(expected);
  });

  it("leaves replicas as they are until somebody may go", () => {
    expect(planned(1, { pods: workers(3) }).workers).toEqual([{ revision: "w-new", replicas: 3 }]);
  });

  it("tells that it is under way", () => {
    const seen = { pods: [worker("a"), marked("b", 5), worker("c")], nodes: { b: says("DRAINING") } };
    expect(planned(2, seen).waiting.map(({ message }) => message)).toEqual(["workers go until there are 2", "draining: b"]);
  });
});

describe("plan of a scale-in that is taken back", () => {
  it.each<{ name: string; wanted: number; seen: Seen; expected: readonly object[] }>([
    {
      name: "tells those that drain that they stay",
      wanted: 3,
      seen: { pods: [worker("a"), marked("b", 60), marked("c", 60)], nodes: { b: says("DRAINING", 4), c: says("DRAINED") } },
      expected: [restore("b"), restore("c")],
    },
    {
      name: "does so again when the operator died before it could forget the mark",
      wanted: 3,
      seen: { pods: [worker("a"), worker("b"), marked("c", 60)], nodes: { c: says("ACTIVE") } },
      expected: [restore("c")],
    },
    {
      name: "keeps the one that still has tasks, when one of two may stay",
      wanted: 2,
      seen: { pods: [worker("a"), marked("b", 60), marked("c", 60)], nodes: { b: says("DRAINING", 4), c: says("DRAINED") } },
      expected: [restore("b"), { kind: "release", pod: reference("c"), since: ago(60), result: "Drained" }],
    },
    {
      name: "lets the one go that was let go already",
      wanted: 2,
      seen: {
        pods: [worker("a"), { ...released("b"), drainSince: ago(1800) }, marked("c", 60)],
        nodes: { b: says("DRAINING", 4), c: says("DRAINING") },
      },
      expected: [restore("c"), remove(2, "b")],
    },
    {
      name: "forgets the mark of one that does not run without telling it",
      wanted: 3,
      seen: { pods: [worker("a"), worker("b"), marked("c", 60, { ready: false, started: false })] },
      expected: [{ ...restore("c"), started: false }],
    },
    {
      name: "names who went by mistake in the place of a survivor",
      wanted: 2,
      seen: { pods: [worker("a"), worker("b", { deleting: true, deletingSince: ago(1) }), released("c")], nodes: { c: says("DRAINED") } },
      expected: [restore("c", ["b"])],
    },
    {
      name: "waits for the ReplicaSet where the Deployment was lowered already",
      wanted: 1,
      seen: { pods: [worker("a"), released("b")], replicas: 1, nodes: { b: says("DRAINED") } },
      expected: [],
    },
  ])("$name", ({ wanted, seen, expected }) => {
    expect(planned(wanted, seen).drain).toEqual(expected);
  });

  it("raises replicas at once", () => {
    expect(planned(4, { pods: [worker("a"), marked("b", 5)] }).workers).toEqual([{ revision: "w-new", replicas: 4 }]);
  });
});

describe("plan of a scale-in that could do harm", () => {
  const three = { workers: { replicas: 2, minAvailable: 2 } };

  it.each<{ name: string; wanted: number; seen: Seen; spec?: Parameters<typeof cluster>[0]; expected: readonly object[]; why: RegExp }>([
    {
      name: "marks nobody while the workers that would stay are not registered",
      wanted: 2,
      spec: three,
      seen: { pods: workers(3), trino: registered(2) },
      expected: [],
      why: /2 are registered/,
    },
    {
      name: "takes off the coordinator's number whom it may not have seen leave",
      wanted: 1,
      seen: { pods: [worker("a"), worker("b"), marked("c", 5), marked("d", 6)], trino: registered(3) },
      expected: [],
      why: /3 are registered/,
    },
    {
      name: "marks nobody that runs while the coordinator does not answer",
      wanted: 1,
      seen: { pods: [worker("a"), worker("b"), worker("c", { ready: false, started: false })], trino: { kind: "silent", reason: "x" } },
      expected: [mark("c", false)],
      why: /does not answer/,
    },
    {
      name: "takes off the coordinator's number who is marked but was not told",
      wanted: 1,
      seen: { pods: [worker("a"), marked("b", 30), worker("c")], nodes: { b: says("ACTIVE") }, trino: registered(2) },
      expected: [{ kind: "drain", pod: reference("b") }],
      why: /2 are registered/,
    },
    {
      name: "does not tell a marked one that works on after all others failed",
      wanted: 2,
      seen: {
        pods: [worker("a", { ready: false, started: false }), marked("b", 30), worker("c", { ready: false, started: false })],
        nodes: { b: says("ACTIVE", 9) },
        trino: registered(1),
      },
      expected: [],
      why: /1 are registered/,
    },
    {
      name: "does not remove while another that works is not ready and would go first",
      wanted: 2,
      seen: { pods: [worker("a"), released("b"), worker("c", { ready: false })], nodes: { b: says("DRAINED") } },
      expected: [],
      why: /pod c is not ready/,
    },
  ])("$name", ({ wanted, seen, spec = {}, expected, why }) => {
    const made = planned(wanted, seen, spec);
    expect(made.drain).toEqual(expected);
    expect(made.waiting).toContainEqual({ reason: "ScaleInBlocked", message: expect.stringMatching(why) });
  });

  it("marks as many as can be spared", () => {
    const seen = { pods: workers(4), trino: registered(3) };
    expect(planned(2, seen, { workers: { replicas: 2, minAvailable: 2 } }).drain).toHaveLength(1);
  });

  it("lets all of them go when nobody is wanted", () => {
    expect(planned(0, { pods: workers(2) }).drain).toEqual([mark("w-new-0"), mark("w-new-1")]);
  });
});

describe("plan of a scale-in without an order", () => {
  it.each<{ name: string; seen: Seen; spec?: Parameters<typeof cluster>[0]; replicas: number }>([
    { name: "below Trino 468 the preStop hooks drain", seen: { pods: workers(3), version: 467 }, replicas: 1 },
    { name: "nor in 474, whose drain is broken", seen: { pods: workers(3), version: 474 }, replicas: 1 },
    { name: "nor in 475", seen: { pods: workers(3), version: 475 }, replicas: 1 },
    { name: "there only as far as registered workers stay", seen: { pods: workers(3), version: 467, trino: registered(2) }, replicas: 2 },
    {
      name: "there none that runs while the coordinator does not answer",
      seen: {
        pods: [...workers(2), worker("x", { ready: false, started: false })],
        version: 467,
        trino: { kind: "silent", reason: "x" },
      },
      replicas: 2,
    },
    {
      name: "without a coordinator there is no query to be careful with",
      seen: { pods: workers(3), coordinator: { ...coordinator, ready: false, started: false }, trino: { kind: "unasked" } },
      replicas: 1,
    },
  ])("$name", ({ seen, replicas }) => {
    expect(planned(1, seen)).toMatchObject({ workers: [{ revision: "w-new", replicas }], drain: [] });
  });

  it("drains in 468, which brought it", () => {
    expect(planned(2, { pods: workers(3), version: 468 }).drain).toEqual([mark("w-new-0")]);
  });
});

describe("plan of a rolling update in the middle of a scale-in", () => {
  const OLD = { revision: "w-old" };
  const oldMarked = (name: string): ObservedPod => marked(name, 60, OLD);
  const rolling = (wanted: number, more: Parameters<typeof observation>[0], spec: object = {}) =>
    plan({
      cluster: cluster({ workers: { replicas: wanted, ...spec } }),
      target: TARGET,
      observation: observation({ workers: [workload("w-old", 3)], ...more }),
    });

  it("lets the marked ones go with their revision", () => {
    const pods = [coordinator, worker("a", OLD), oldMarked("b"), oldMarked("c")];
    expect(rolling(1, { pods, trino: registered(1) })).toMatchObject({
      drain: [],
      workers: [
        { revision: "w-new", replicas: 0 },
        { revision: "w-old", replicas: 1 },
      ],
    });
  });

  it("takes marked ones back where they are wanted again before their successors are there", () => {
    const pods = [coordinator, worker("a", OLD), oldMarked("b"), oldMarked("c")];
    expect(rolling(3, { pods, trino: registered(1) })).toMatchObject({
      drain: [{ kind: "restore" }, { kind: "restore" }],
      workers: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    });
  });

  it("brings the new revision down by order as well", () => {
    const deployments = [workload("w-old", 1), workload("w-new", 3)];
    const pods = [coordinator, worker("a", OLD), ...workers(3)];
    expect(rolling(2, { workers: deployments, pods, trino: registered(4) })).toMatchObject({
      drain: [mark("w-new-0")],
      workers: [
        { revision: "w-new", replicas: 3 },
        { revision: "w-old", replicas: 0 },
      ],
    });
  });

  it("takes pods that never started from their own Deployment", () => {
    const old = [workload("w-old", 3), workload("w-bad", 1, { created: "2026-01-01T11:00:00Z" })];
    const bad = worker("bad", { revision: "w-bad", ready: false, started: false });
    const made = rolling(3, { workers: old, pods: [coordinator, ...workers(3, OLD), bad], trino: registered(3) });
    expect(made.workers).toEqual([
      { revision: "w-new", replicas: 0 },
      { revision: "w-old", replicas: 3 },
      { revision: "w-bad", replicas: 0 },
    ]);
  });

  it("keeps minAvailable workers whatever maxUnavailable allows", () => {
    const pods = [coordinator, ...workers(3, OLD)];
    const made = rolling(3, { pods, trino: registered(3) }, { minAvailable: 2, rollout: { maxUnavailable: 3, maxSurge: 1 } });
    expect(made.workers).toContainEqual({ revision: "w-old", replicas: 2 });
  });

  it("does not take old workers that work for dead because they are not ready for a moment", () => {
    const pods = [coordinator, ...workers(3, { ...OLD, ready: false })];
    const made = rolling(3, { pods, trino: registered(3) }, { minAvailable: 2 });
    expect(made.workers).toContainEqual({ revision: "w-old", replicas: 2 });
  });
});

describe("what a ReplicaSet would remove", () => {
  const pods = [worker("a"), released("b"), worker("c")];
  const chosen = ["uid-b"];

  it.each([
    { name: "just the chosen one", pods, replicas: 2, expected: undefined },
    { name: "nothing", pods, replicas: 3, expected: undefined },
    { name: "more than the chosen ones", pods, replicas: 1, expected: "2 pods would go, and only 1 have drained" },
    {
      name: "one that is not ready first",
      pods: [worker("a", { ready: false }), released("b")],
      replicas: 1,
      expected: "pod a is not ready and would go first",
    },
    {
      name: "either of two of the same cost",
      pods: [released("a"), released("b")],
      replicas: 1,
      expected: "pod a is of the same deletion cost and would go first",
    },
    { name: "a chosen one that is not ready before ready ones", pods: [worker("a"), released("b", { ready: false })], replicas: 1 },
    {
      name: "one that has not started, which is no loss",
      pods: [worker("a", { ready: false, started: false }), released("b")],
      replicas: 1,
    },
    {
      name: "no pod that leaves or has ended",
      pods: [worker("a", { deleting: true }), worker("c", { ended: true }), released("b")],
      replicas: 0,
    },
  ])("$name", ({ pods: seen, replicas, expected }) => {
    expect(inTheWay({ pods: seen, chosen, replicas })).toBe(expected);
  });
});
