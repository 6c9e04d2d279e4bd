/** What is done to a cluster while faults strike. */
import { API_VERSION, KIND } from "../../src/api/v1alpha1/group.ts";
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";
import { KINDS } from "../../src/controllers/kinds.ts";
import type { Client } from "../../src/runtime/client.ts";
import { pause } from "./wait.ts";

/** Never in a log, a status, an event or a ConfigMap. */
export const CANARY = "canary-7d1f-do-not-tell";

/** Every cluster has this name. */
export const NAME = "c";

/** An operation on a cluster. */
export interface Scenario {
  readonly name: string;
  /** The cluster before it; absent where there is none. */
  readonly before?: TrinoClusterSpec;
  readonly act: (client: Client, namespace: string) => Promise<unknown>;
  /** How it ends. */
  readonly end: "Ready" | "Suspended" | "gone";
}

const BASE = {
  version: 476,
  workers: { replicas: 2 },
  catalogs: {
    tpch: { properties: { "connector.name": "tpch" } },
    db: {
      properties: { "connector.name": "postgresql", "connection-url": "jdbc:postgresql://db/orders", "connection-user": "trino" },
      secretProperties: { "connection-password": { secretKeyRef: { name: "db", key: "password" } } },
    },
  },
} as const satisfies TrinoClusterSpec;

const OTHER_CONFIGURATION = { config: { "config.properties": { "query.max-run-time": "1h" } } } as const;

/** All scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  { name: "create", act: (client, namespace) => createCluster(client, namespace, BASE), end: "Ready" },
  { name: "scale-out", before: BASE, act: change({ workers: { replicas: 3 } }), end: "Ready" },
  { name: "scale-in", before: { ...BASE, workers: { replicas: 3 } }, act: change({ workers: { replicas: 2 } }), end: "Ready" },
  { name: "configure", before: BASE, act: change({ coordinator: OTHER_CONFIGURATION, workers: OTHER_CONFIGURATION }), end: "Ready" },
  { name: "upgrade", before: BASE, act: change({ version: 483 }), end: "Ready" },
  { name: "suspend", before: BASE, act: change({ suspend: true }), end: "Suspended" },
  { name: "resume", before: { ...BASE, suspend: true }, act: change({ suspend: false }), end: "Ready" },
  { name: "delete", before: BASE, act: deleteCluster, end: "gone" },
  { name: "recreate", before: BASE, act: recreate, end: "Ready" },
];

/** Makes the cluster. */
export async function createCluster(client: Client, namespace: string, spec: TrinoClusterSpec): Promise<void> {
  await client.create(KINDS.TrinoCluster, { apiVersion: API_VERSION, kind: KIND, metadata: { namespace, name: NAME }, spec } as never);
}

/** Merges a change into its spec. */
export function change(spec: object): Scenario["act"] {
  return (client, namespace) => client.mergePatch(KINDS.TrinoCluster, { namespace, name: NAME }, { spec });
}

/** Deletes it, and does not wait. */
export async function deleteCluster(client: Client, namespace: string): Promise<void> {
  await client.delete(KINDS.TrinoCluster, { namespace, name: NAME });
}

/** Deletes it, and makes it again under the same name as soon as that is free. */
async function recreate(client: Client, namespace: string): Promise<void> {
  await deleteCluster(client, namespace);
  const end = performance.now() + 60_000;
  for (;;) {
    try {
      return await createCluster(client, namespace, BASE);
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(50);
    }
  }
}
