/** What is done to workers while a cluster serves, each operation as a person would ask for it. */
import { kubectl, patch } from "../harness/kubectl.ts";
import { awaitLongTasks } from "../harness/load/long-tasks.ts";
import { query } from "../harness/statement-client.ts";
import { type ClusterName, clusterOf, podsOf } from "../harness/trino-cluster.ts";
import { waitFor } from "../harness/wait-for.ts";
import { CHANGED, changedValues, serviceUrl, settled, workersAndLeavers } from "./loaded-cluster.ts";
import type { Operation } from "./operation.ts";

/** From three workers to one. */
export const SCALE_IN: Operation = {
  name: "scale 3→1",
  workers: 3,
  leastPods: 2,
  promise: "nothing is noticed",
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
  promise: "nothing is noticed",
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
  promise: "nothing is noticed",
  run: async (cluster) => {
    await scale(cluster, 1);
    await aWorkerDrains(cluster);
    await scale(cluster, 3);
    await settled(cluster, 3);
  },
};

/** A property of the workers, which are replaced one by one. */
export function workerConfiguration(workers: number): Operation {
  return {
    name: `worker configuration, ${workers} ${workers === 1 ? "worker" : "workers"}`,
    workers,
    leastPods: workers,
    promise: "nothing is noticed",
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
      await settled(cluster, workers);
    },
  };
}

/** A node is drained: its worker is evicted. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export const EVICTION: Operation = {
  name: "eviction of a worker",
  workers: 3,
  leastPods: 1,
  promise: "nothing is noticed",
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
    await settled(cluster, 3);
  },
};

/** What every operation of ours avoids. Without queries that fail here, those that do not fail elsewhere would say nothing. */
export const WORKERS_KILLED: Operation = {
  name: "control: workers killed",
  workers: 3,
  leastPods: 3,
  promise: "none",
  run: async (cluster) => {
    // Long statements are no test of a drain if their tasks are done before their clients are.
    await awaitLongTasks(await serviceUrl(cluster), { workers: 3, seconds: 40 });
    const names = (await podsOf(cluster, "worker")).map(({ metadata }) => metadata.name);
    await kubectl(["delete", "pods", ...names, `--namespace=${cluster.namespace}`, "--grace-period=0", "--force"]);
    await settled(cluster, 3);
  },
};

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
