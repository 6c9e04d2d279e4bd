/** The cluster that operations are done to under load. Operations share one, since a start of Trino takes a minute; each begins by putting it right. */

import type { TrinoCluster } from "../../../src/api/v1alpha1/types.ts";
import { CLUSTER_LABEL, COMPONENT_LABEL } from "../../../src/trino/labels.ts";
import { apply, find, kubectl, type Live, list } from "../harness/kubectl.ts";
import { smallCluster, type Wishes } from "../harness/manifest.ts";
import { useNamespace } from "../harness/namespace.ts";
import { trinoAddress } from "../harness/trino-address.ts";
import { type ClusterName, type Pod, podsOf, waitReady } from "../harness/trino-cluster.ts";
import { waitFor } from "../harness/wait-for.ts";

/** Longer than a long statement and two grace periods: the bound of the drain is not what is tested. */
const DRAIN_TIMEOUT = "5m";

/** So that a scan waits for a client that reads slowly: with Trino's defaults a task takes 128 MB of it into its memory and is done. */
const SMALL_BUFFERS = { "sink.max-buffer-size": "1MB", "exchange.max-buffer-size": "1MB", "task.max-local-exchange-buffer-size": "1MB" };

/** A query notices a lost worker in 10 s instead of a minute. This can only make more queries fail, never fewer. */
const QUICK_TO_FAIL = { "query.remote-task.max-error-duration": "10s", "exchange.max-error-duration": "10s" };

/** 1100 Mi hold a heap of 588 MB. */
const ROLE = {
  resources: { requests: { cpu: "100m" }, limits: { memory: "1100Mi" } },
  config: { "config.properties": { ...SMALL_BUFFERS, ...QUICK_TO_FAIL } },
} as const;

/** The properties whose values the tests change; each is without effect on the queries of the load. */
export const CHANGED = { worker: "task.max-partial-aggregation-memory", coordinator: "query.max-run-time" } as const;

/** A cluster for the load. */
export function loadedCluster(name: string, workers: number, changed: { worker?: string; coordinator?: string } = {}): TrinoCluster {
  const role = (property: string, value: string): Pick<NonNullable<Wishes["workers"]>, "resources" | "config"> => ({
    ...ROLE,
    config: { "config.properties": { ...ROLE.config["config.properties"], [property]: value } },
  });
  return smallCluster(name, {
    coordinator: role(CHANGED.coordinator, changed.coordinator ?? "60m"),
    workers: { replicas: workers, drainTimeout: DRAIN_TIMEOUT, ...role(CHANGED.worker, changed.worker ?? "16MB") },
  });
}

/** A namespace with such a cluster for the tests of this `describe`; `restoreLoadedCluster` makes it. */
export function useLoadedCluster(): ClusterName {
  return { namespace: useNamespace("lifecycle"), name: "loaded" };
}

/**
 * Makes the cluster, or puts it right, and waits until it is. What earlier operations changed stays changed, since changing it back would
 * restart all; only a restart of the coordinator waits again until nobody needs it.
 */
export async function restoreLoadedCluster(cluster: ClusterName, workers: number): Promise<void> {
  const { namespace, name } = cluster;
  const live = await find<TrinoCluster & Live>("trinocluster", name, namespace);
  if (live) await replaceSpec(live, loadedCluster(name, workers, changedValues(live)));
  else await apply(loadedCluster(name, workers), namespace);
  await settled(cluster, workers);
}

/** Waits until the cluster is Ready and nobody drains any more. */
export async function settled(cluster: ClusterName, workers: number): Promise<void> {
  await waitReady(cluster);
  await waitFor(
    `${workers} workers and no other`,
    async () => {
      const pods = await workersAndLeavers(cluster);
      const names = pods.map(({ metadata }) => `${metadata.name}${metadata.deletionTimestamp ? " (is about to go)" : ""}`);
      if (pods.length !== workers) throw new Error(`there are ${names.join(", ")}`);
    },
    { namespace: cluster.namespace, timeoutMs: 400_000 },
  );
  await waitReady(cluster);
}

/** All pods of workers, those that are about to go too. */
export async function workersAndLeavers({ namespace, name }: ClusterName): Promise<readonly Pod[]> {
  return list<Pod>("pods", namespace, `${CLUSTER_LABEL}=${name},${COMPONENT_LABEL}=worker`);
}

/** The UID of the coordinator's pod; undefined while there is none, or only one that is about to go. */
export async function coordinatorUid(cluster: ClusterName): Promise<string | undefined> {
  return (await podsOf(cluster, "coordinator"))[0]?.metadata.uid;
}

/** The client Service's own address. The local cluster's can be reached from here; a forwarded port would hide what clients see. */
export async function serviceUrl(cluster: ClusterName): Promise<string> {
  return (await trinoAddress(cluster)).url;
}

/** The value that one of the changed properties has now. */
export function changedValues({ spec }: TrinoCluster): { readonly worker: string; readonly coordinator: string } {
  const { workers, coordinator } = spec;
  return {
    worker: String(workers?.config?.["config.properties"]?.[CHANGED.worker] ?? "16MB"),
    coordinator: String(coordinator?.config?.["config.properties"]?.[CHANGED.coordinator] ?? "60m"),
  };
}

async function replaceSpec({ metadata }: Live, { spec }: TrinoCluster): Promise<void> {
  const change = JSON.stringify([{ op: "replace", path: "/spec", value: spec }]);
  await kubectl(["patch", "trinocluster", metadata.name, `--namespace=${metadata.namespace}`, "--type=json", `--patch=${change}`]);
}
