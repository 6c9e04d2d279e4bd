/** Many small TrinoClusters: how they are made, and what becomes of each. */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { LiveTrinoCluster } from "../../src/controllers/trino-cluster/context.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import type { WatchClient } from "../../src/runtime/watch-types.ts";
import { smallCluster } from "../../test/e2e/harness/manifest.ts";

const PER_NAMESPACE = 100;
/** Requests of the benchmark at once. */
const AT_ONCE = 16;

const NAMESPACE = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false } as const;

/** The cluster of a number; a hundred share a namespace. */
export function clusterOf(index: number): LiveTrinoCluster {
  const cluster = smallCluster(`c${index}`, { workers: { replicas: 2 } });
  return { ...cluster, metadata: { ...cluster.metadata, namespace: `scale-${Math.floor(index / PER_NAMESPACE)}` } } as LiveTrinoCluster;
}

/** Makes the namespaces of `count` clusters. */
export async function createNamespaces(client: WatchClient, count: number): Promise<void> {
  const names = Array.from({ length: Math.ceil(count / PER_NAMESPACE) }, (_, index) => `scale-${index}`);
  await forAll(names, (name) => client.create(NAMESPACE, { apiVersion: "v1", kind: "Namespace", metadata: { name } }));
}

/** Makes clusters of these numbers as fast as the API server takes them. */
export async function createClusters(client: WatchClient, indexes: readonly number[]): Promise<void> {
  await forAll(indexes, (index) => client.create<KubernetesObject>(KINDS.TrinoCluster, clusterOf(index)));
}

/** Gives each cluster an annotation that changes nothing, so that it is reconciled. */
export async function touchClusters(client: WatchClient, indexes: readonly number[], value: string): Promise<void> {
  const metadata = { annotations: { "example.com/touched": value } };
  await forAll(indexes, (index) => client.mergePatch(KINDS.TrinoCluster, nameOf(index), { metadata }));
}

/** Edits one cluster so that the operator has a child to write: an annotation of its Service. */
export async function editCluster(client: WatchClient, index: number, value: string): Promise<void> {
  await client.mergePatch(KINDS.TrinoCluster, nameOf(index), { spec: { service: { annotations: { "example.com/edited": value } } } });
}

/** The name of a cluster. */
export function nameOf(index: number): { readonly namespace: string; readonly name: string } {
  const { namespace = "", name } = clusterOf(index).metadata;
  return { namespace, name };
}

/** The numbers below `count`. */
export function numbersBelow(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

async function forAll<T>(items: readonly T[], run: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  const runOneByOne = async (): Promise<void> => {
    for (const item of waiting) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, runOneByOne));
}
