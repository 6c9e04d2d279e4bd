import { describe, expect, it } from "vitest";
import { cluster, NOON, observation, pod, revision, TARGET, workers, workload } from "./fixtures.ts";
import type { ObservedPod } from "./observation.ts";
import { plan } from "./plan.ts";

const OLD = { revision: "w-old" };
const oldCoordinator = pod("coordinator", "orders-coordinator-a-0", { revision: "c-old" });
const withdrawn = { ...oldCoordinator, withdrawnSince: "2026-01-01T11:59:55Z" };
const withdraw = { kind: "withdraw", pod: { name: "orders-coordinator-a-0", uid: "uid-orders-coordinator-a-0" } };
const seen = { name: "orders-coordinator-a-0", uid: "uid-orders-coordinator-a-0", resourceVersion: "1" };
const replaced = { kind: "replace", pod: seen };
const busy = { kind: "answered", version: "476", starting: false, registered: 3, queries: 2 } as const;
const registered = (count: number) => ({ kind: "answered", version: "476", starting: false, registered: count, queries: 0 }) as const;

describe("plan of workers", () => {
  it.each([
    {
      name: "makes the Deployment of a new cluster at once",
      seen: { workers: [], pods: [] },
      expected: [{ revision: "w-new", replicas: 3 }],
    },
    { name: "leaves a settled cluster alone", seen: {}, expected: [{ revision: "w-new", replicas: 3 }] },
    {
      name: "starts one new worker beside the old ones",
      seen: { workers: [workload("w-old", 3)], pods: workers(3, OLD) },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    },
    {
      name: "keeps the old workers while the new one is not ready",
      seen: { workers: [workload("w-old", 3), workload("w-new", 1)], pods: [...workers(3, OLD), ...workers(1, { ready: false })] },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    },
    {
      name: "keeps the old workers while the new one is ready but not registered",
      seen: { workers: [workload("w-old", 3), workload("w-new", 1)], pods: [...workers(3, OLD), ...workers(1)], trino: registered(3) },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    },
    {
      name: "lets one old worker go when the new one is registered",
      seen: { workers: [workload("w-old", 3), workload("w-new", 1)], pods: [...workers(3, OLD), ...workers(1)], trino: registered(4) },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 2 },
      ],
    },
    {
      name: "lets no second old worker go before Kubernetes has acted on the first",
      seen: { workers: [workload("w-old", 2), workload("w-new", 1)], pods: [...workers(3, OLD), ...workers(1)], trino: registered(4) },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 2 },
      ],
    },
    {
      name: "does not count a marked worker that was deleted before it was told, though the coordinator still does",
      seen: {
        workers: [workload("w-old", 3), workload("w-new", 1)],
        pods: [
          ...workers(3, OLD),
          ...workers(1),
          pod("worker", "w-old-3", {
            ...OLD,
            drainSince: "2026-01-01T11:59:50Z",
            deleting: true,
            deletingSince: "2026-01-01T11:59:56Z",
          }),
        ],
        trino: registered(4),
      },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    },
    {
      name: "counts a worker that its Deployment has given up as gone, though its revision is wanted again",
      seen: { workers: [workload("w-old", 3), workload("w-new", 0)], pods: [...workers(3, OLD), ...workers(1)], trino: registered(4) },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    },
    {
      name: "keeps workers that serve when ones of a later revision do not",
      seen: {
        workers: [workload("w-old", 3), workload("w-bad", 1, { created: "2026-01-01T11:00:00Z" })],
        pods: [...workers(3, OLD), ...workers(1, { revision: "w-bad", ready: false, started: false })],
      },
      expected: [
        { revision: "w-new", replicas: 0 },
        { revision: "w-old", replicas: 3 },
        { revision: "w-bad", replicas: 0 },
      ],
    },
    {
      name: "counts a draining worker as a pod that is still there",
      seen: {
        workers: [workload("w-old", 2), workload("w-new", 1)],
        pods: [...workers(2, OLD), pod("worker", "w-old-2", { ...OLD, deleting: true }), ...workers(1)],
        trino: registered(3),
      },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 2 },
      ],
    },
    {
      name: "lets no old worker go while the coordinator is silent",
      seen: {
        workers: [workload("w-old", 3), workload("w-new", 1)],
        pods: [...workers(3, OLD), ...workers(1)],
        trino: { kind: "silent", reason: "x" } as const,
      },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 3 },
      ],
    },
    {
      name: "removes old workers that never became ready without waiting for the new ones",
      seen: { workers: [workload("w-old", 3)], pods: workers(3, { ...OLD, ready: false }), trino: registered(0) },
      expected: [
        { revision: "w-new", replicas: 1 },
        { revision: "w-old", replicas: 0 },
      ],
    },
  ])("$name", ({ seen, expected }) => {
    expect(plan({ cluster: cluster(), target: TARGET, observation: observation(seen) }).workers).toEqual(expected);
  });

  it("retires a Deployment that has neither replicas nor pods", () => {
    const seen = observation({ workers: [workload("w-old", 0), workload("w-new", 3)] });
    expect(plan({ cluster: cluster(), target: TARGET, observation: seen }).retire).toEqual([
      { name: "orders-worker-a-w-old", uid: "uid-w-old", resourceVersion: "1" },
    ]);
  });

  it("keeps a Deployment whose last pod drains", () => {
    const seen = observation({
      workers: [workload("w-old", 0), workload("w-new", 3)],
      pods: [...workers(3), pod("worker", "w-old-0", { ...OLD, deleting: true })],
    });
    expect(plan({ cluster: cluster(), target: TARGET, observation: seen }).retire).toEqual([]);
  });
});

describe("plan of the coordinator", () => {
  it.each([
    { name: "leaves it alone when it is of the target revision", seen: {}, expected: { kind: "apply", replicas: 1 } },
    { name: "withdraws it before a restart when no query runs", seen: { pods: [oldCoordinator, ...workers(3)] }, expected: withdraw },
    {
      name: "watches it for five seconds after the withdrawal",
      seen: { pods: [{ ...oldCoordinator, withdrawnSince: "2026-01-01T11:59:56Z" }, ...workers(3)] },
      expected: { kind: "keep" },
    },
    {
      name: "restarts it when it is idle five seconds after the withdrawal",
      seen: { pods: [withdrawn, ...workers(3)] },
      expected: replaced,
    },
    {
      name: "sends clients to it again when a query came in between",
      seen: { pods: [withdrawn, ...workers(3)], trino: busy },
      expected: { ...withdraw, kind: "restore" },
    },
    {
      name: "sends clients to it again when the change was taken back",
      seen: { pods: [{ ...withdrawn, revision: TARGET.coordinator }, ...workers(3)] },
      expected: { ...withdraw, kind: "restore" },
    },
    {
      name: "abandons its pod when no kubelet ends that a minute after its time",
      seen: { pods: [{ ...oldCoordinator, deleting: true, deleteBy: "2026-01-01T11:58:59Z" }] },
      expected: { kind: "abandon", pod: seen, node: "n1" },
    },
    {
      name: "leaves its pod to the kubelet for a minute after its time",
      seen: { pods: [{ ...oldCoordinator, deleting: true, deleteBy: "2026-01-01T11:59:01Z" }] },
      expected: { kind: "keep" },
    },
    {
      name: "does not restart it while queries run",
      seen: { pods: [oldCoordinator, ...workers(3)], trino: busy },
      expected: { kind: "keep" },
    },
    {
      name: "does not restart it when nobody knows whether queries run",
      seen: { pods: [oldCoordinator], trino: { kind: "silent", reason: "x" } as const },
      expected: { kind: "keep" },
    },
    {
      name: "restarts one that has not started anyway",
      seen: { pods: [{ ...oldCoordinator, ready: false, started: false }], trino: { ...busy, starting: true } },
      expected: replaced,
    },
    {
      name: "does not restart one that is not ready for a moment while queries run",
      seen: { pods: [{ ...oldCoordinator, ready: false }, ...workers(3)], trino: busy },
      expected: { kind: "keep" },
    },
    {
      name: "waits for its workers first",
      seen: {
        pods: [oldCoordinator, ...workers(3, OLD)],
        workers: [workload("w-old", 3)],
        coordinator: workload("c-old", 1),
        revisions: [
          revision("coordinator", "c-old", { attempt: { workers: "w-old", since: "", result: "Served", reason: "" } }),
          revision("coordinator", "c-new"),
          revision("worker", "w-new"),
        ],
      },
      expected: { kind: "keep" },
    },
    {
      name: "waits while its pod is being deleted",
      seen: { pods: [{ ...oldCoordinator, deleting: true }, ...workers(3)] },
      expected: { kind: "keep" },
    },
    {
      name: "applies the template when there is no pod to lose",
      seen: { pods: workers(3), coordinator: workload("c-old", 1) },
      expected: { kind: "apply", replicas: 1 },
    },
  ])("$name", ({ seen, expected }) => {
    expect(plan({ cluster: cluster(), target: TARGET, observation: observation(seen) }).coordinator).toEqual(expected);
  });

  it("restarts it in spite of queries under Immediate", () => {
    const seen = observation({ pods: [oldCoordinator, ...workers(3)], trino: busy });
    const spec = { coordinator: { updatePolicy: { type: "Immediate" as const } } };
    expect(plan({ cluster: cluster(spec), target: TARGET, observation: seen }).coordinator).toEqual(replaced);
  });

  it.each([
    { name: "waits before the deadline", at: Date.parse("2026-01-01T11:59:59Z"), expected: { kind: "keep" } },
    { name: "restarts it at the deadline", at: NOON, expected: replaced },
  ])("$name", ({ at, expected }) => {
    const seen = observation({ at, pods: [oldCoordinator, ...workers(3)], trino: busy });
    const spec = { coordinator: { updatePolicy: { type: "WhenIdle" as const, deadline: "1h" } } };
    expect(plan({ cluster: cluster(spec), target: TARGET, observation: seen }).coordinator).toEqual(expected);
  });
});

describe("plan of another version", () => {
  const target = { ...TARGET, version: 483, compatibility: "483 orders-internal-1" };
  const old = { workers: [workload("w-old", 3)], pods: [oldCoordinator, ...workers(3, OLD)], coordinator: workload("c-old", 1) };

  it("keeps the workers on the version of the coordinator until that may restart", () => {
    const made = plan({ cluster: cluster({ version: 483 }), target, observation: observation({ ...old, trino: busy }) });
    expect(made).toMatchObject({ coordinator: { kind: "keep" }, workers: [{ revision: "w-old", replicas: 3 }] });
  });

  it("changes all workers at once when the coordinator has changed", () => {
    const seen = observation({ ...old, coordinator: workload("c-new", 1, { version: 483, compatibility: target.compatibility }) });
    expect(plan({ cluster: cluster({ version: 483 }), target, observation: seen }).workers).toEqual([
      { revision: "w-new", replicas: 3 },
      { revision: "w-old", replicas: 0 },
    ]);
  });

  it.each([
    { name: "leaves the old workers to the old coordinator until that has ended", started: true, replicas: 3 },
    { name: "leaves no worker to an old coordinator that does not run", started: false, replicas: 0 },
  ])("$name", ({ started, replicas }) => {
    const seen = observation({
      ...old,
      coordinator: workload("c-new", 1, { version: 483, compatibility: target.compatibility }),
      pods: [{ ...oldCoordinator, deleting: true, started }, ...workers(3, OLD)],
      revisions: [revision("coordinator", "c-old"), revision("coordinator", "c-new", target), revision("worker", "w-new", target)],
    });
    expect(plan({ cluster: cluster({ version: 483 }), target, observation: seen }).workers).toEqual([
      { revision: "w-new", replicas: 3 },
      { revision: "w-old", replicas },
    ]);
  });
});

describe("plan after the operator died between the two writes of a restart", () => {
  const target = { ...TARGET, version: 483, compatibility: "483 orders-internal-1" };
  const revisions = [revision("coordinator", "c-old"), revision("coordinator", "c-new", target), revision("worker", "w-new", target)];
  const changed = { coordinator: workload("c-new", 1, target), workers: [workload("w-old", 3)], revisions };
  const ask = (pods: readonly ObservedPod[], to = target) =>
    plan({
      cluster: cluster({ version: to.version }),
      target: to,
      observation: observation({ ...changed, pods: [...pods, ...workers(3, OLD)] }),
    });

  it("goes on with the restart and keeps the workers of the coordinator that runs", () => {
    expect(ask([withdrawn])).toMatchObject({ coordinator: replaced, workers: [{ revision: "w-old", replicas: 3 }] });
  });

  it("gives the template back when the edit is taken back, and restarts nothing", () => {
    const made = ask([withdrawn], { ...TARGET, coordinator: "c-old", workers: "w-old" });
    expect(made.coordinator).toEqual({ ...withdraw, kind: "restore" });
    expect(ask([oldCoordinator], { ...TARGET, coordinator: "c-old", workers: "w-old" })).toMatchObject({
      coordinator: { kind: "apply", replicas: 1 },
      workers: [{ revision: "w-old", replicas: 3 }],
    });
  });
});

describe("plan of another edit while workers of the version before drain", () => {
  it("changes the workers of this version one by one", () => {
    const foreign = { version: 470, compatibility: "470 orders-internal-1" };
    const seen = observation({
      workers: [workload("w-470", 0, foreign), workload("w-old", 3)],
      pods: [pod("coordinator", "c"), pod("worker", "w-470-0", { revision: "w-470", deleting: true }), ...workers(3, OLD)],
    });
    expect(plan({ cluster: cluster(), target: TARGET, observation: seen }).workers).toEqual([
      { revision: "w-new", replicas: 0 },
      { revision: "w-old", replicas: 3 },
      { revision: "w-470", replicas: 0 },
    ]);
  });
});

describe("plan of a cluster with a worker on a lost node, which nobody ends", () => {
  const lost = pod("worker", "w-lost", { deleting: true, deleteBy: "2026-01-01T11:58:59Z" });
  const coordinator = pod("coordinator", "orders-coordinator-a-0");

  it("waits for nothing", () => {
    expect(
      plan({ cluster: cluster(), target: TARGET, observation: observation({ pods: [coordinator, ...workers(3), lost] }) }).waiting,
    ).toEqual([]);
  });

  it("rolls out as if it were gone, and retires its Deployment", () => {
    const seen = observation({ workers: [workload("w-old", 3)], pods: [coordinator, ...workers(3, OLD), { ...lost, ...OLD }] });
    expect(plan({ cluster: cluster(), target: TARGET, observation: seen }).workers).toContainEqual({ revision: "w-new", replicas: 1 });
    const end = observation({
      workers: [workload("w-new", 3), workload("w-old", 0)],
      pods: [coordinator, ...workers(3), { ...lost, ...OLD }],
    });
    expect(plan({ cluster: cluster(), target: TARGET, observation: end })).toMatchObject({ retire: [{ uid: "uid-w-old" }], waiting: [] });
  });
});

describe("plan of a suspended cluster", () => {
  const suspended = (more: Parameters<typeof observation>[0] = {}) =>
    plan({ cluster: cluster({ suspend: true }), target: TARGET, observation: observation(more) });
  const coordinator = pod("coordinator", "orders-coordinator-a-0");

  it("waits until no query runs", () => {
    expect(suspended({ trino: busy })).toMatchObject({
      coordinator: { kind: "keep" },
      workers: [{ revision: "w-new", replicas: 3 }],
      waiting: [{ reason: "QueriesRunning" }],
    });
  });

  it("withdraws the coordinator first", () => {
    expect(suspended()).toMatchObject({ coordinator: withdraw, workers: [{ revision: "w-new", replicas: 3 }] });
  });

  it("then stops the workers", () => {
    const pods = [{ ...coordinator, withdrawnSince: "2026-01-01T11:59:55Z" }, ...workers(3)];
    expect(suspended({ pods })).toMatchObject({ coordinator: { kind: "keep" }, workers: [{ revision: "w-new", replicas: 0 }] });
  });

  it("stops workers of every revision, also those that the coordinator does not know", () => {
    const seen = {
      workers: [workload("w-old", 2), workload("w-new", 1)],
      pods: [{ ...coordinator, withdrawnSince: "2026-01-01T11:59:55Z" }, ...workers(2, OLD), ...workers(1)],
      trino: registered(1),
    };
    expect(suspended(seen).workers).toEqual([
      { revision: "w-new", replicas: 0 },
      { revision: "w-old", replicas: 0 },
    ]);
  });

  it("does not start workers again that have stopped, whatever the coordinator says", () => {
    const pods = [{ ...coordinator, withdrawnSince: "2026-01-01T11:59:55Z" }, ...workers(3)];
    const seen = { workers: [workload("w-new", 0)], trino: busy, pods };
    expect(suspended(seen)).toMatchObject({ coordinator: { kind: "keep" }, workers: [{ revision: "w-new", replicas: 0 }] });
  });

  const stopped = { workers: [workload("w-new", 0)] };
  const gone = { ...coordinator, withdrawnSince: "2026-01-01T11:59:55Z" };
  it.each([
    { name: "stops the coordinator when the last worker is gone", seen: { pods: [gone] }, expected: { kind: "apply", replicas: 0 } },
    {
      name: "stops one at once that has not started",
      seen: { pods: [{ ...coordinator, started: false }], trino: { kind: "unasked" } as const },
      expected: { kind: "apply", replicas: 0 },
    },
    { name: "withdraws one that comes up when the workers have gone", seen: { pods: [coordinator] }, expected: withdraw },
    {
      name: "withdraws one that comes up while they go",
      seen: { pods: [coordinator, ...workers(1, { deleting: true })] },
      expected: withdraw,
    },
    { name: "withdraws one that came up and was found by a query", seen: { pods: [coordinator], trino: busy }, expected: withdraw },
    {
      name: "stops the coordinator though the node of the last worker is lost",
      seen: { pods: [gone, ...workers(1, { deleting: true, deleteBy: "2026-01-01T11:58:59Z" })] },
      expected: { kind: "apply", replicas: 0 },
    },
    {
      name: "waits for a worker that may still end",
      seen: { pods: [gone, ...workers(1, { deleting: true, deleteBy: "2026-01-01T11:59:01Z" })] },
      expected: { kind: "keep" },
    },
    {
      name: "leaves no coordinator behind on a lost node",
      seen: {
        coordinator: workload("c-new", 0),
        pods: [{ ...gone, deleting: true, deleteBy: "2026-01-01T11:58:59Z" }],
        trino: { kind: "unasked" } as const,
      },
      expected: { kind: "abandon", node: "n1" },
    },
    {
      name: "tells its StatefulSet first",
      seen: { pods: [{ ...gone, deleting: true, deleteBy: "2026-01-01T11:58:59Z" }], trino: { kind: "unasked" } as const },
      expected: { kind: "apply", replicas: 0 },
    },
    { name: "waits for the end of such a query", seen: { pods: [gone], trino: busy }, expected: { kind: "keep" } },
  ])("$name", ({ seen, expected }) => {
    expect(suspended({ ...stopped, ...seen })).toMatchObject({ coordinator: expected, workers: [{ revision: "w-new", replicas: 0 }] });
  });
});

describe("plan of new workers that may not begin yet", () => {
  const served = { workers: "w-old", since: "2026-01-01T10:00:00Z", result: "Served", reason: "" } as const;
  const old = { workers: [workload("w-old", 3)], pods: [pod("coordinator", "orders-coordinator-a-0"), ...workers(3, OLD)] };
  it.each([
    { name: "while their edit settles", revisions: [] },
    { name: "while they are tried", revisions: [revision("worker", "w-new", { preflight: undefined })] },
  ])("does not remember that they served, $name", ({ revisions }) => {
    const spec = { workers: { replicas: 3, rollout: { maxSurge: 0, maxUnavailable: 1 } } };
    const seen = observation({ ...old, revisions: [revision("coordinator", "c-new", { attempt: served }), ...revisions] });
    expect(plan({ cluster: cluster(spec), target: TARGET, observation: seen })).toMatchObject({
      attempt: { kind: "keep" },
      workers: [{ revision: "w-old", replicas: 3 }],
    });
  });
});

describe("plan of a rotation of the internal secret", () => {
  const target = { ...TARGET, compatibility: "476 orders-internal-2" };
  const old = { workers: [workload("w-old", 3)], pods: [oldCoordinator, ...workers(3, OLD)], coordinator: workload("c-old", 1) };

  it("keeps the workers with the secret of the coordinator until that may restart", () => {
    const made = plan({ cluster: cluster(), target, observation: observation({ ...old, trino: busy }) });
    expect(made).toMatchObject({ coordinator: { kind: "keep" }, workers: [{ revision: "w-old", replicas: 3 }] });
  });

  it("changes all workers at once with the coordinator", () => {
    const seen = observation({ ...old, coordinator: workload("c-new", 1, { compatibility: target.compatibility }) });
    expect(plan({ cluster: cluster(), target, observation: seen }).workers).toEqual([
      { revision: "w-new", replicas: 3 },
      { revision: "w-old", replicas: 0 },
    ]);
  });
});
