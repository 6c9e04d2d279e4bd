import { describe, expect, it } from "vitest";
import { apply, find, get, kubectl, type Live, list, patch } from "./harness/kubectl.ts";
import { METASTORE_VERSION, smallCluster, type Wishes } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { useSteps } from "./harness/steps.ts";
import { type ClusterName, clusterOf, deleteCluster, waitForCondition, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const EVERY_KIND =
  "statefulsets,deployments,replicasets,controllerrevisions,pods,services,configmaps,secrets,serviceaccounts,persistentvolumeclaims,jobs,poddisruptionbudgets,endpointslices,leases,networkpolicies";

const wishes = (retentionPolicy: "Retain" | "Delete"): Wishes => ({
  hiveMetastore: {
    version: METASTORE_VERSION,
    retentionPolicy,
    database: { embedded: { storage: "1Gi" } },
    resources: { requests: { cpu: "50m" }, limits: { memory: "1Gi" } },
  },
});

describe("the end of a cluster", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("delete"), name: "leaving" };
  const kept = ["PersistentVolumeClaim/data-leaving-metastore-db-0", "Secret/leaving-metastore-db"];
  let before: readonly Live[];

  /** All objects of the namespace but those that Kubernetes puts into each. */
  const objectsLeft = async (): Promise<readonly Live[]> => {
    const objects = await list(EVERY_KIND, cluster.namespace);
    return objects.filter(({ metadata: { name } }) => name !== "kube-root-ca.crt" && name !== "default");
  };
  const nameOf = ({ kind, metadata }: Live): string => `${kind}/${metadata.name}`;
  const waitForRest = (expected: readonly string[]): Promise<void> =>
    waitFor(
      `${expected.length} objects to be left`,
      async () => expect((await objectsLeft()).map(nameOf).sort()).toEqual([...expected].sort()),
      { namespace: cluster.namespace, timeoutMs: 180_000 },
    );

  it("begins with a cluster that is Ready, its metastore included", async () => {
    await apply(smallCluster(cluster.name, wishes("Retain")), cluster.namespace);
    await waitReady(cluster);
    before = await objectsLeft();
    expect(before.map(nameOf)).toEqual(expect.arrayContaining(kept));
  });

  it("leaves volume and password of the metastore's database with retentionPolicy Retain, and nothing else", async () => {
    await deleteCluster(cluster);
    await waitForRest(kept);
    const uids = new Set(before.map(({ metadata }) => metadata.uid));
    for (const { metadata } of await objectsLeft()) expect(uids).toContain(metadata.uid);
  });

  it("is not the end of them: a new cluster of that name uses both again", async () => {
    const retained = await objectsLeft();
    await apply(smallCluster(cluster.name, { ...wishes("Retain"), suspend: true }), cluster.namespace);
    await waitFor("the metastore to be ready", async () => expect((await clusterOf(cluster)).status?.hiveMetastore?.ready).toBe(true), {
      namespace: cluster.namespace,
    });
    await waitForCondition(cluster, { type: "Ready", status: "False", reason: "Suspended" });
    for (const { kind, metadata } of retained) {
      const now = await get<Live & { readonly data?: object }>(kind, metadata.name, cluster.namespace);
      expect(now.metadata.uid).toBe(metadata.uid);
    }
  });

  it("leaves nothing with retentionPolicy Delete", async () => {
    await patch({ kind: "trinocluster", ...cluster }, { spec: { hiveMetastore: { retentionPolicy: "Delete" } } });
    await deleteCluster(cluster);
    await waitForRest([]);
    expect(await find("trinocluster", cluster.name, cluster.namespace)).toBeUndefined();
  });

  it("does not hang when the namespace goes with it", async () => {
    const namespace = `${cluster.namespace}-2`;
    await kubectl(["create", "namespace", namespace]);
    await apply(smallCluster("short-lived", { workers: { drainTimeout: "1s" } }), namespace);
    await waitFor("its coordinator to be there", async () => get("statefulset", "short-lived-coordinator-a", namespace), { namespace });
    await kubectl(["delete", "namespace", namespace, "--timeout=300s"], { timeoutMs: 320_000 });
    expect(await find("namespace", namespace)).toBeUndefined();
  });
});
