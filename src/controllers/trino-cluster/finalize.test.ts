import { describe, expect, it } from "vitest";
import { NOON } from "../../lifecycle/fixtures.ts";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { ApiError } from "../../runtime/api-error.ts";
import type { KubernetesObject } from "../../runtime/object.ts";
import { createObjectStore } from "../../runtime/object-store.ts";
import { CLUSTER_LABEL, CLUSTER_UID_LABEL, COMPONENT_LABEL, DELETION_ANNOTATION, FINALIZER } from "../../trino/labels.ts";
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

const withDelete: LiveTrinoCluster = { ...deleted, spec: { version: 476, hiveMetastore: { retentionPolicy: "Delete" } } };

/** Of which the operator has known for so many minutes at noon; it was away before. */
function known(minutes: number, object = deleted): LiveTrinoCluster {
  const annotations = { [DELETION_ANNOTATION]: new Date(NOON - minutes * MINUTE).toISOString() };
  const deletionTimestamp = new Date(NOON - 60 * MINUTE).toISOString();
  return { ...object, metadata: { ...object.metadata, deletionTimestamp, annotations } };
}

interface Change {
  readonly metadata?: Partial<KubernetesObject["metadata"]>;
  readonly status?: object;
}

const ownerReferences = [{ apiVersion: "", kind: "TrinoCluster", name: "orders", uid: "7a1c" }];

function worker(kind: "Pod" | "Deployment", { metadata = {}, ...more }: Change = {}): KubernetesObject {
  const labels = { [CLUSTER_UID_LABEL]: "7a1c", [COMPONENT_LABEL]: "worker" };
  const own = { namespace: "shop", name: `orders-worker-${kind}`, uid: kind, labels, ownerReferences };
  return { apiVersion: "", kind, metadata: { ...own, ...metadata }, ...more };
}

interface World {
  readonly children?: readonly KubernetesObject[];
  readonly labelsOfSecret?: Readonly<Record<string, string>>;
  /** What the API server refuses every request for this kind with. */
  readonly refusal?: Readonly<Record<string, number>>;
}

interface DeletionRow extends World {
  readonly name: string;
  readonly object?: LiveTrinoCluster;
  readonly patches: readonly unknown[];
  /** In milliseconds; undefined for never. */
  readonly again?: number;
}

function world({ children = [], labelsOfSecret = { [CLUSTER_LABEL]: "orders" }, refusal = {} }: World) {
  const storeOf = (kind: string) => {
    const store = createObjectStore<KubernetesObject>({ [BY_CLUSTER]: ({ metadata }) => [metadata.labels?.[CLUSTER_UID_LABEL] ?? ""] });
    for (const child of children) if (child.kind === kind) store.set(child);
    return store;
  };
  const patches: unknown[] = [];
  const answer = (method: string, kind: string): void => {
    const code = refusal[kind];
    if (code !== undefined) throw new ApiError({}, { method, path: "/", code });
  };
  const mergePatch = async ({ kind }: { kind: string }, _name: object, patch: object) => {
    answer("PATCH", kind);
    patches.push(patch);
  };
  const nothing = { forget: () => {} };
  const ctx = {
    client: {
      mergePatch,
      get: async () => ({ metadata: { name: "orders-metastore-db", uid: "s", labels: labelsOfSecret } }),
      delete: async ({ kind }: { kind: string }) => {
        answer("DELETE", kind);
        patches.push(`delete ${kind}`);
      },
    },
    patch: mergePatch,
    recordEvent: (_object: object, { reason }: { reason: string }) => patches.push(reason),
    stores: { pods: storeOf("Pod"), deployments: storeOf("Deployment"), statefulSets: storeOf("StatefulSet") },
    now: () => NOON,
    references: nothing,
    recalled: nothing,
    trino: nothing,
    metrics: nothing,
  } as unknown as Context;
  return { ctx, patches };
}

const released = { metadata: { resourceVersion: "7", finalizers: ["example.com/theirs"] } };
const noted = { metadata: { uid: "7a1c", annotations: { [DELETION_ANNOTATION]: "2026-01-01T12:00:00Z" } } };
const stopped = { spec: { replicas: 0 } };
const workers = [worker("Deployment"), worker("Pod")];
const orphan = { ownerReferences: [] };

describe("a deletion", () => {
  it.each<DeletionRow>([
    {
      name: "stops the workers, however long the operator was away, and looks again while they drain",
      object: clusterWith({ ...deleted.metadata, deletionTimestamp: new Date(NOON - 60 * MINUTE).toISOString() }),
      children: workers,
      patches: [noted, stopped],
      again: 5_000,
    },
    { name: "waits for workers that drain", object: known(4), children: [worker("Pod")], patches: [], again: 5_000 },
    { name: "stops workers that were started meanwhile", object: known(4), children: workers, patches: [stopped], again: 5_000 },
    { name: "ends at once when everything is gone already", patches: [released] },
    { name: "waits five minutes for the workers and no longer", object: known(5), children: [worker("Pod")], patches: [released] },
    { name: "waits for no time that is not near", object: known(-60), children: [worker("Pod")], patches: [released] },
    {
      name: "ends after five minutes though nobody may stop the workers, and tells so",
      object: known(5),
      children: workers,
      refusal: { Deployment: 403 },
      patches: ["DeletionIncomplete", released],
    },
    {
      name: "waits for no worker that was evicted: only its Deployment's end removes it",
      children: [worker("Pod", { status: { phase: "Failed" } })],
      patches: [released],
    },
    {
      name: "leaves everything as it is where the children are to be orphans",
      object: clusterWith({ ...withDelete.metadata, finalizers: ["orphan", FINALIZER] }),
      children: workers,
      patches: [{ metadata: { resourceVersion: "7", finalizers: ["orphan"] } }],
    },
    {
      name: "leaves everything as it is where the children are orphans already",
      object: withDelete,
      children: [worker("Deployment", { metadata: orphan }), worker("Pod")],
      patches: [released],
    },
    {
      name: "removes what retentionPolicy does not retain",
      object: withDelete,
      patches: ["delete PersistentVolumeClaim", "delete Secret", released],
    },
    {
      name: "leaves a Secret that is a person's",
      object: withDelete,
      labelsOfSecret: {},
      patches: ["delete PersistentVolumeClaim", released],
    },
    {
      name: "ends after five minutes though nobody may remove that, and tells so",
      object: known(5, withDelete),
      refusal: { PersistentVolumeClaim: 403 },
      patches: ["DeletionIncomplete", released],
    },
    { name: "ends when the cluster itself is gone already", refusal: { TrinoCluster: 404 }, patches: [] },
  ])("$name", async ({ patches: expected, again, object = deleted, ...more }) => {
    const { ctx, patches } = world(more);
    expect(await finalize(object, ctx)).toEqual(again === undefined ? {} : { requeueAfterMs: again });
    expect(patches).toEqual(expected);
  });

  it.each([
    { name: "stop the workers", object: known(4), children: workers, refusal: { Deployment: 403 } },
    { name: "remove the volume", object: known(4, withDelete), children: [], refusal: { PersistentVolumeClaim: 403 } },
  ])("is tried again for five minutes where nobody may $name", async ({ object, ...more }) => {
    const { ctx, patches } = world(more);
    await expect(finalize(object, ctx)).rejects.toThrow("403");
    expect(patches).toEqual([]);
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
