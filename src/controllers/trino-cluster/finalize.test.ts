import { describe, expect, it } from "vitest";
import { NOON } from "../../lifecycle/fixtures.ts";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { ApiError } from "../../runtime/api-error.ts";
import type { KubernetesObject } from "../../runtime/object.ts";
import { createObjectStore } from "../../runtime/object-store.ts";
import { CLUSTER_UID_LABEL, COMPONENT_LABEL, FINALIZER } from "../../trino/labels.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { ensureFinalizer, finalize } from "./finalize.ts";

const MINUTE = 60_000;

function clusterWith(metadata: Partial<KubernetesObject["metadata"]>): LiveTrinoCluster {
  return {
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name: "orders", namespace: "shop", uid: "7a1c", resourceVersion: "7", ...metadata },
    spec: { version: 476 },
  };
}

const deleted = clusterWith({ finalizers: ["example.com/theirs", FINALIZER], deletionTimestamp: new Date(NOON).toISOString() });

function worker(kind: "Pod" | "Deployment"): KubernetesObject {
  const labels = { [CLUSTER_UID_LABEL]: "7a1c", [COMPONENT_LABEL]: "worker" };
  return { apiVersion: "", kind, metadata: { namespace: "shop", name: `orders-worker-${kind}`, uid: kind, labels } };
}

interface World {
  readonly children?: readonly KubernetesObject[];
  readonly now?: number;
  /** What the API server refuses a patch of this kind with. */
  readonly refusal?: Readonly<Record<string, number>>;
}

function world({ children = [], now = NOON, refusal = {} }: World) {
  const storeOf = (kind: string) => {
    const store = createObjectStore<KubernetesObject>({ [BY_CLUSTER]: ({ metadata }) => [metadata.labels?.[CLUSTER_UID_LABEL] ?? ""] });
    for (const child of children) if (child.kind === kind) store.set(child);
    return store;
  };
  const patches: unknown[] = [];
  const nothing = { forget: () => {} };
  const ctx = {
    client: {
      mergePatch: async ({ kind }: { kind: string }, _name: object, patch: object) => {
        const code = refusal[kind];
        if (code !== undefined) throw new ApiError({}, { method: "PATCH", path: "/", code });
        patches.push(patch);
      },
    },
    stores: { pods: storeOf("Pod"), deployments: storeOf("Deployment") },
    now: () => now,
    references: nothing,
    recalled: nothing,
    trino: nothing,
    metrics: nothing,
  } as unknown as Context;
  return { ctx, patches };
}

const released = { metadata: { resourceVersion: "7", finalizers: ["example.com/theirs"] } };
const stopped = { spec: { replicas: 0 } };

describe("a deletion", () => {
  it.each([
    {
      name: "stops the workers and looks again while they drain",
      children: [worker("Deployment"), worker("Pod")],
      patches: [stopped],
      again: 5_000,
    },
    { name: "waits for workers whose Deployment is gone already", children: [worker("Pod")], patches: [], again: 5_000 },
    { name: "ends at once when everything is gone already", patches: [released] },
    { name: "waits five minutes for the workers and no longer", children: [worker("Pod")], now: NOON + 5 * MINUTE, patches: [released] },
    {
      name: "ends after five minutes though nobody may stop the workers",
      children: [worker("Deployment"), worker("Pod")],
      now: NOON + 5 * MINUTE,
      refusal: { Deployment: 403 },
      patches: [released],
    },
    { name: "ends when the cluster itself is gone already", refusal: { TrinoCluster: 404 }, patches: [] },
  ])("$name", async ({ patches: expected, again, ...more }) => {
    const { ctx, patches } = world(more);
    expect(await finalize(deleted, ctx)).toEqual(again === undefined ? {} : { requeueAfterMs: again });
    expect(patches).toEqual(expected);
  });

  it("is none of ours where our finalizer never was, or is off", async () => {
    const { ctx, patches } = world({ children: [worker("Deployment"), worker("Pod")] });
    expect(await finalize(clusterWith({ deletionTimestamp: new Date(NOON).toISOString() }), ctx)).toEqual({});
    expect(patches).toEqual([]);
  });

  it("is tried again when somebody else changed the cluster meanwhile, because that change may wake nobody", async () => {
    const { ctx } = world({ refusal: { TrinoCluster: 409 } });
    await expect(finalize(deleted, ctx)).rejects.toThrow("409");
  });
});

describe("our finalizer", () => {
  it("joins those of others", async () => {
    const { ctx, patches } = world({});
    expect(await ensureFinalizer(clusterWith({ finalizers: ["example.com/theirs"] }), ctx)).toBe(true);
    expect(patches).toEqual([{ metadata: { resourceVersion: "7", finalizers: ["example.com/theirs", FINALIZER] } }]);
  });

  it("costs no request where it is", async () => {
    const { ctx, patches } = world({ refusal: { TrinoCluster: 500 } });
    expect(await ensureFinalizer(clusterWith({ finalizers: [FINALIZER] }), ctx)).toBe(true);
    expect(patches).toEqual([]);
  });

  it("is not missed on a cluster that is gone: nothing is made for it", async () => {
    expect(await ensureFinalizer(clusterWith({}), world({ refusal: { TrinoCluster: 404 } }).ctx)).toBe(false);
  });

  it("is put on no outdated object, which may be being deleted", async () => {
    await expect(ensureFinalizer(clusterWith({}), world({ refusal: { TrinoCluster: 409 } }).ctx)).rejects.toThrow("409");
  });
});
