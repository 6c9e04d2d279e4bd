/** Small TrinoClusters that start quickly on two cores. */

import { API_VERSION, KIND } from "../../../src/api/v1alpha1/group.ts";
import type { CoordinatorSpec, TrinoCluster, TrinoClusterSpec, WorkersSpec } from "../../../src/api/v1alpha1/types.ts";

/** The version whose image the local cluster has. */
export const VERSION = 476;

/** The version of the metastore whose image the local cluster has; the operator's own choice for Trino 476 is an older one. */
export const METASTORE_VERSION = "4.0.1";

/** 1300 Mi hold a heap of 780 MB; the serial collector and the first compiler alone halve the time of a start. */
const SMALL = {
  resources: { requests: { cpu: "100m" }, limits: { memory: "1300Mi" } },
  jvm: { extraArguments: { add: ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"] } },
} as const;

/** The shortest grace period that the operator accepts: a drain of an idle worker takes twice that. */
const SHORT_GRACE = { "config.properties": { "shutdown.grace-period": "15s" } } as const;

/** Kubernetes waits for a namespace's pods as long as their grace period says, whether they need it or not. */
const DRAIN_TIMEOUT = "1m";

/** What a test wants to be different from the smallest cluster. */
export interface Wishes extends Omit<Partial<TrinoClusterSpec>, "coordinator" | "workers"> {
  readonly coordinator?: CoordinatorSpec;
  readonly workers?: WorkersSpec;
}

/** A coordinator and one worker with the catalog tpch, and what is wished for. */
export function smallCluster(name: string, wishes: Wishes = {}): TrinoCluster {
  const { coordinator, workers, catalogs, ...rest } = wishes;
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name },
    spec: {
      version: VERSION,
      coordinator: { ...SMALL, ...coordinator },
      workers: {
        replicas: 1,
        drainTimeout: DRAIN_TIMEOUT,
        ...SMALL,
        ...workers,
        config: {
          ...workers?.config,
          "config.properties": { ...SHORT_GRACE["config.properties"], ...workers?.config?.["config.properties"] },
        },
      },
      catalogs: { tpch: { properties: { "connector.name": "tpch" } }, ...catalogs },
      ...rest,
    },
  };
}
