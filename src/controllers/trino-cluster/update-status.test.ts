import { describe, expect, it } from "vitest";
import type { HiveMetastoreSpec } from "../../api/v1alpha1/trino-cluster.ts";
import { cluster, NOON, observation, pod, TARGET, workers } from "../../lifecycle/fixtures.ts";
import type { Observation, ObservedMetastore } from "../../lifecycle/observation.ts";
import { plan } from "../../lifecycle/plan.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { updateStatus } from "./update-status.ts";

type Status = NonNullable<LiveTrinoCluster["status"]>;

interface After {
  readonly status?: Status;
  readonly now?: number;
  readonly hiveMetastore?: HiveMetastoreSpec;
}

/** The status that is written for what was seen, after `status`. */
async function written(more: Partial<Observation>, { status = {}, now = NOON, hiveMetastore }: After = {}): Promise<Status> {
  const object: LiveTrinoCluster = {
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name: "orders", namespace: "shop", uid: "7a1c", generation: 4 },
    spec: {
      version: 476,
      workers: { replicas: 3 },
      catalogs: { tpch: { properties: { "connector.name": "tpch" } } },
      ...(hiveMetastore ? { hiveMetastore } : {}),
    },
    status,
  };
  const seen = observation(more);
  const valid = cluster(hiveMetastore ? { hiveMetastore } : {});
  const jobs = { prepare: { name: "p", template: "t" }, upgrade: undefined };
  const target = { ...TARGET, metastore: { revision: "r", database: "d", workloadTemplate: "w", databaseTemplate: "d", ...jobs } };
  let result: Status = {};
  const ctx = {
    now: () => now,
    recordEvent: () => {},
    metrics: { set: () => {} },
    applyStatus: async (_object: LiveTrinoCluster, next: object) => {
      result = next;
    },
  } as unknown as Context;
  const made = plan({ cluster: valid, target, observation: seen });
  await updateStatus(object, { kind: "planned", cluster: valid, observation: seen, plan: made }, ctx);
  return result;
}

const waiting = { pods: [pod("coordinator", "c", { revision: "c-old" }), ...workers(3)] };

describe("the status", () => {
  it("of a settled cluster tells what Trino says and shows no rollout", async () => {
    const status = await written({});
    expect(status).toMatchObject({
      version: 476,
      workers: { desired: 3, registered: 3, summary: "3/3" },
      catalogs: [{ name: "tpch", accepted: true }],
    });
    expect(status.rollout).toBeUndefined();
    expect(status.waitingFor).toBeUndefined();
  });

  it("remembers since when a coordinator's revision is wanted", async () => {
    const first = await written(waiting);
    expect(first.rollout).toMatchObject({ from: "c-old", to: "c-new", since: "2026-01-01T12:00:00Z" });
    const later = await written(waiting, { status: first, now: NOON + 60_000 });
    expect(later.rollout?.since).toBe("2026-01-01T12:00:00Z");
  });

  it("starts to count anew for another revision, so that going back is no overdue change", async () => {
    const other = await written(waiting, {
      status: { rollout: { phase: "Coordinator", to: "c-other", since: "2026-01-01T01:00:00Z" } },
    });
    expect(other.rollout?.since).toBe("2026-01-01T12:00:00Z");
  });

  it("keeps what is known of catalogs while the coordinator runs an older revision", async () => {
    const status = await written(waiting, { status: { catalogs: [{ name: "tpch", accepted: true }] } });
    expect(status.catalogs).toEqual([{ name: "tpch", accepted: true }]);
  });

  it("shows a scale-in with its workers, since when they drain and what they still have to do", async () => {
    const leaving = pod("worker", "w-new-2", { drainSince: "2026-01-01T11:59:00Z" });
    const scaleIn = {
      pods: [pod("coordinator", "c"), ...workers(2), leaving, pod("worker", "w-gone", { deleting: true })],
      nodes: new Map([["w-new-2", { kind: "answered", state: "DRAINING", tasks: 7 } as const]]),
    };
    const status = await written(scaleIn);
    expect(status.workers).toMatchObject({ replicas: 3, draining: 2 });
    expect(status.rollout).toMatchObject({
      phase: "ScalingIn",
      since: "2026-01-01T12:00:00Z",
      draining: [{ pod: "w-new-2", since: "2026-01-01T11:59:00Z", runningTasks: 7 }, { pod: "w-gone" }],
    });
    expect((await written(scaleIn, { status, now: NOON + 60_000 })).rollout?.since).toBe("2026-01-01T12:00:00Z");
  });

  it("shows no scale-in when a worker's pod is deleted by somebody", async () => {
    const pods = [pod("coordinator", "c"), ...workers(3), pod("worker", "w-gone", { deleting: true })];
    expect((await written({ pods })).rollout).toBeUndefined();
  });

  it("does not know the workers of a coordinator that does not answer", async () => {
    expect((await written({ trino: { kind: "silent", reason: "x" } })).workers?.summary).toBe("?/3");
  });
});

describe("the status of a metastore", () => {
  const good: ObservedMetastore["jobs"][number] = {
    name: "p",
    uid: "u",
    resourceVersion: "1",
    task: "prepare",
    revision: "r",
    database: "d",
    template: "t",
    state: "complete",
    report: { schema: "4.0.0", hive: "4.0.0" },
    recorded: true,
    created: "2026-01-01T10:00:00Z",
    completed: "2026-01-01T10:01:00Z",
  };
  const running: ObservedMetastore = {
    present: true,
    databasePresent: true,
    databaseReady: true,
    databaseTemplate: "d",
    schema: "complete",
    ready: 1,
    workload: { replicas: 1, pods: 1, template: "w", rolledOut: true, version: "4.0.1" },
    jobs: [good],
    atWork: [],
  };
  const of = async (metastore: Partial<ObservedMetastore>, after: After): Promise<Status["hiveMetastore"]> =>
    (await written({ metastore: { ...running, ...metastore } }, after)).hiveMetastore;

  it("tells what runs and what the database has", async () => {
    expect(await of({}, { hiveMetastore: { version: "4.0.1" } })).toEqual({ ready: true, version: "4.0.1", schemaVersion: "4.0.0" });
  });

  it("tells the version that runs, and not the one that is refused, with the reason", async () => {
    const status = await of({ jobs: [{ ...good, revision: "old" }] }, { hiveMetastore: { version: "4.1.0" } });
    expect(status).toMatchObject({
      ready: true,
      version: "4.0.1",
      schemaVersion: "4.0.0",
      waitingFor: expect.stringMatching(/upgradeSchemaFrom/),
    });
  });

  it("chooses the version once, before anything runs", async () => {
    const nothing = { databaseReady: false, ready: 0, workload: undefined, jobs: [] };
    const status = await of(nothing, { hiveMetastore: {} });
    expect(status).toEqual({ ready: false, version: "3.1.3", waitingFor: "the metastore's database is starting" });
  });

  it("keeps the version while the metastore is stopped for an upgrade", async () => {
    const stopped = { ready: 0, workload: { replicas: 0, pods: 0, template: "w", rolledOut: true, version: undefined } };
    const status = await of(stopped, { hiveMetastore: { version: "4.0.1" }, status: { hiveMetastore: { ready: true, version: "3.1.3" } } });
    expect(status).toMatchObject({ ready: false, version: "3.1.3" });
  });

  it("says nothing of one that nobody asks", async () => {
    expect(await of({}, { hiveMetastore: { external: { uris: ["thrift://m:9083"] } } })).toBeUndefined();
  });
});
