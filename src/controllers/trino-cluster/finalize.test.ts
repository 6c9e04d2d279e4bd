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

const withDelete = { ...deleted, spec: { version: 476, hiveMetastore: { retentionPolicy: "Delete" } } } as LiveTrinoCluster;

interface Change {
  readonly metadata?: Partial<KubernetesObject["metadata"]>;
  readonly status?: object;
}

function worker(kind: "Pod" | "Deployment", { metadata = {}, ...more }: Change = {}): KubernetesObject {
  const labels = { [CLUSTER_UID_LABEL]: "7a1c", [COMPONENT_LABEL]: "worker" };
  return { apiVersion: "", kind, metadata: { namespace: "shop", name: `orders-worker-${kind}`, uid: kind, labels, ...metadata }, ...more };
}

/** A deletionTimestamp is when it must have ended. */
function stoppedAt(at: number): Partial<KubernetesObject["metadata"]> {
  return { deletionTimestamp: new Date(at + 31 * MINUTE).toISOString(), deletionGracePeriodSeconds: 31 * 60 };
}

interface World {
  readonly children?: readonly KubernetesObject[];
  readonly now?: number;
  /** What the API server refuses a patch of this kind with. */
  readonly refusal?: Readonly<Record<string, number>>;
}

interface DeletionRow extends World {
  readonly name: string;
  readonly object?: LiveTrinoCluster;
  readonly patches: readonly unknown[];
  /** In milliseconds; undefined for never. */
  readonly again?: number;
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
      delete: async ({ kind }: { kind: string }) => {
        const code = refusal[kind];
        if (code !== undefined) throw new ApiError({}, { method: "DELETE", path: "/", code });
        patches.push(`delete ${kind}`);
      },
    },
    patch: (type: { kind: string }, name: object, patch: object) => ctx.client.mergePatch(type as never, name as never, patch),
    recordEvent: (_object: object, { reason }: { reason: string }) => patches.push(reason),
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
  it.each<DeletionRow>([
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
      patches: ["DeletionIncomplete", released],
    },
    {
      name: "gives workers their five minutes when the operator was away",
      children: [worker("Deployment"), worker("Pod")],
      now: NOON + 60 * MINUTE,
      patches: [stopped],
      again: 5_000,
    },
    {
      name: "counts them from when the workers were stopped",
      children: [worker("Pod", { metadata: stoppedAt(NOON + 60 * MINUTE) })],
      now: NOON + 65 * MINUTE - 1,
      patches: [],
      again: 5_000,
    },
    {
      name: "ends five minutes after the workers were stopped",
      children: [worker("Pod", { metadata: stoppedAt(NOON + 60 * MINUTE) })],
      now: NOON + 65 * MINUTE,
      patches: [released],
    },
    {
      name: "waits for no worker that was evicted: only its Deployment's end removes it",
      children: [worker("Pod", { status: { phase: "Failed" } })],
      patches: [released],
    },
    {
      name: "leaves everything as it is where the children are to be orphans",
      object: clusterWith({ finalizers: ["orphan", FINALIZER], deletionTimestamp: new Date(NOON).toISOString() }),
      children: [worker("Deployment"), worker("Pod")],
      patches: [{ metadata: { resourceVersion: "7", finalizers: ["orphan"] } }],
    },
    {
      name: "removes what retentionPolicy does not retain",
      object: withDelete,
      patches: ["delete PersistentVolumeClaim", "delete Secret", released],
    },
    {
      name: "ends after five minutes though nobody may remove that, and tells so",
      object: withDelete,
      now: NOON + 5 * MINUTE,
      refusal: { PersistentVolumeClaim: 403 },
      patches: ["DeletionIncomplete", released],
    },
    { name: "ends when the cluster itself is gone already", refusal: { TrinoCluster: 404 }, patches: [] },
  ])("$name", async ({ patches: expected, again, object = deleted, ...more }) => {
    const { ctx, patches } = world(more);
    expect(await finalize(object, ctx)).toEqual(again === undefined ? {} : { requeueAfterMs: again });
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
