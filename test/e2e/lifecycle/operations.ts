/** The operations that a cluster is promised to survive, each as a person would ask for it. */
import { kubectl, patch } from "../harness/kubectl.ts";
import { query } from "../harness/statement-client.ts";
import { type ClusterName, clusterOf, podsOf } from "../harness/trino-cluster.ts";
import { waitFor } from "../harness/wait-for.ts";
import { CHANGED, changedValues, coordinatorUid, serviceUrl, settled, workersAndLeavers } from "./loaded-cluster.ts";

/** Something that is done to a cluster that serves. */
export interface Operation {
  readonly name: string;
  /** How many workers there are before it. */
  readonly workers: number;
  /** How many pods must go for it, whoever does it. */
  readonly leastPods: number;
  /** Whether queries and clients are promised to notice nothing. */
  readonly promise: "no query fails" | "told";
  /** Asks for it and returns when it is done. */
  readonly run: (cluster: ClusterName) => Promise<void>;
}

/** From three workers to one. */
export const SCALE_IN: Operation = {
  name: "scale 3→1",
  workers: 3,
  leastPods: 2,
  promise: "no query fails",
  run: async (cluster) => {
    await scale(cluster, 1);
    await settled(cluster, 1);
  },
};

/** And back. */
export const SCALE_OUT: Operation = {
  name: "scale 1→3",
  workers: 1,
  leastPods: 0,
  promise: "no query fails",
  run: async (cluster) => {
    await scale(cluster, 3);
    await settled(cluster, 3);
  },
};

/** From three workers to one, and back as soon as a worker was told to drain. */
export const SCALE_IN_REVERSED: Operation = {
  name: "scale 3→1, reversed half way",
  workers: 3,
  leastPods: 0,
  promise: "no query fails",
  run: async (cluster) => {
    await scale(cluster, 1);
    await aWorkerDrains(cluster);
    await scale(cluster, 3);
    await settled(cluster, 3);
  },
};

/** A property of two workers. */
export const WORKER_CONFIGURATION: Operation = {
  name: "worker configuration",
  workers: 2,
  leastPods: 2,
  promise: "no query fails",
  run: async (cluster) => {
    const value = changedValues(await clusterOf(cluster)).worker === "16MB" ? "17MB" : "16MB";
    const before = (await podsOf(cluster, "worker")).map(({ metadata }) => metadata.uid);
    await change(cluster, { workers: { config: { "config.properties": { [CHANGED.worker]: value } } } });
    await waitFor(
      "all workers to be new",
      async () => {
        const uids = (await workersAndLeavers(cluster)).map(({ metadata }) => metadata.uid);
        if (uids.some((uid) => before.includes(uid))) throw new Error("there are old ones");
      },
      { namespace: cluster.namespace, timeoutMs: 600_000 },
    );
    await settled(cluster, 2);
  },
};

/** A node is drained: its worker is evicted. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export const EVICTION: Operation = {
  name: "eviction of a worker",
  workers: 2,
  leastPods: 1,
  promise: "no query fails",
  run: async (cluster) => {
    const [victim] = await podsOf(cluster, "worker");
    if (!victim) throw new Error("there is no worker to evict");
    const { name, namespace, uid } = victim.metadata;
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
    await kubectl(["create", `--raw=/api/v1/namespaces/${namespace}/pods/${name}/eviction`, "--filename=-"], { input: eviction });
    await waitFor(
      `${name} to be gone`,
      async () => {
        if ((await workersAndLeavers(cluster)).some(({ metadata }) => metadata.uid === uid)) throw new Error("it is there");
      },
      { namespace: cluster.namespace, timeoutMs: 400_000 },
    );
    await settled(cluster, 2);
  },
};

/** A property of the coordinator, whose restart is not put off. */
export const COORDINATOR_IMMEDIATE: Operation = {
  name: "coordinator configuration, Immediate",
  workers: 1,
  leastPods: 1,
  promise: "told",
  run: async (cluster) => {
    const before = await coordinatorUid(cluster);
    await changeCoordinator(cluster, { updatePolicy: { type: "Immediate" } });
    await coordinatorReplaced(cluster, before);
    await settled(cluster, 1);
  },
};

/** Another version of Trino: no worker can serve a coordinator of another version, so all pods must go. */
export const UPGRADE: Operation = {
  name: "upgrade 476→483, Immediate",
  workers: 2,
  leastPods: 3,
  promise: "told",
  run: async (cluster) => {
    const before = await coordinatorUid(cluster);
    await change(cluster, { version: 483, coordinator: { updatePolicy: { type: "Immediate" } } });
    await coordinatorReplaced(cluster, before);
    await settled(cluster, 2);
  },
};

/** Gives the coordinator another value of a property, and what else is wished for. */
export async function changeCoordinator(cluster: ClusterName, wishes: object = {}): Promise<void> {
  const value = changedValues(await clusterOf(cluster)).coordinator === "60m" ? "61m" : "60m";
  await change(cluster, { coordinator: { ...wishes, config: { "config.properties": { [CHANGED.coordinator]: value } } } });
}

/** Waits until there is a coordinator with another UID. */
export async function coordinatorReplaced(cluster: ClusterName, before: string | undefined): Promise<void> {
  await waitFor(
    "a new coordinator",
    async () => {
      const uid = await coordinatorUid(cluster);
      if (uid === undefined || uid === before) throw new Error("there is only the old one, or none");
    },
    { namespace: cluster.namespace },
  );
}

/** Merges a change into the spec. */
export async function change(cluster: ClusterName, spec: object): Promise<void> {
  await patch({ kind: "trinocluster", ...cluster }, { spec });
}

async function scale({ namespace, name }: ClusterName, replicas: number): Promise<void> {
  await kubectl(["scale", `trinocluster/${name}`, `--namespace=${namespace}`, `--replicas=${replicas}`]);
}

/** Trino's own word: a worker whose state is not `active` takes no new tasks. */
async function aWorkerDrains(cluster: ClusterName): Promise<void> {
  const url = await serviceUrl(cluster);
  await waitFor(
    "a worker that drains",
    async () => {
      const states = await query(url, "select distinct state from system.runtime.nodes where not coordinator");
      if (states.every(([state]) => state === "active")) throw new Error("all are active");
    },
    { namespace: cluster.namespace },
  );
}
