import { describe, expect, it } from "vitest";
import { cluster, NOON, observation, pod, TARGET, workers } from "../../lifecycle/fixtures.ts";
import type { Observation } from "../../lifecycle/observation.ts";
import { plan } from "../../lifecycle/plan.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { updateStatus } from "./update-status.ts";

type Status = NonNullable<LiveTrinoCluster["status"]>;

/** The status that is written for what was seen, after `status`. */
async function written(more: Partial<Observation>, status: Status = {}, now = NOON): Promise<Status> {
  const object: LiveTrinoCluster = {
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name: "orders", namespace: "shop", uid: "7a1c", generation: 4 },
    spec: { version: 476, workers: { replicas: 3 }, catalogs: { tpch: { properties: { "connector.name": "tpch" } } } },
    status,
  };
  const seen = observation(more);
  const valid = cluster();
  let result: Status = {};
  const ctx = {
    now: () => now,
    recordEvent: () => {},
    metrics: { set: () => {} },
    applyStatus: async (_object: LiveTrinoCluster, next: object) => {
      result = next;
    },
  } as unknown as Context;
  const made = plan({ cluster: valid, target: TARGET, observation: seen });
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
    const later = await written(waiting, first, NOON + 60_000);
    expect(later.rollout?.since).toBe("2026-01-01T12:00:00Z");
  });

  it("starts to count anew for another revision, so that going back is no overdue change", async () => {
    const other = await written(waiting, { rollout: { phase: "Coordinator", to: "c-other", since: "2026-01-01T01:00:00Z" } });
    expect(other.rollout?.since).toBe("2026-01-01T12:00:00Z");
  });

  it("keeps what is known of catalogs while the coordinator runs an older revision", async () => {
    const status = await written(waiting, { catalogs: [{ name: "tpch", accepted: true }] });
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
    expect((await written(scaleIn, status, NOON + 60_000)).rollout?.since).toBe("2026-01-01T12:00:00Z");
  });

  it("shows no scale-in when a worker's pod is deleted by somebody", async () => {
    const pods = [pod("coordinator", "c"), ...workers(3), pod("worker", "w-gone", { deleting: true })];
    expect((await written({ pods })).rollout).toBeUndefined();
  });

  it("does not know the workers of a coordinator that does not answer", async () => {
    expect((await written({ trino: { kind: "silent", reason: "x" } })).workers?.summary).toBe("?/3");
  });
});
