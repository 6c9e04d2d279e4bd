/** Which pods of a cluster's Trino went, seen by a watch: one that came and went between two looks is counted too. */
import { CLUSTER_LABEL, COMPONENT_LABEL } from "../../../src/trino/labels.ts";
import { startKubectl } from "../harness/kubectl.ts";
import { type ClusterName, podsOf } from "../harness/trino-cluster.ts";
import { waitFor } from "../harness/wait-for.ts";

const UIDS = '--output=jsonpath={.metadata.uid}{"\\n"}';

/** Begins to watch; the function that it returns ends the watch and tells how many pods went or had a container restarted. */
export async function watchGonePods(cluster: ClusterName): Promise<() => Promise<number>> {
  const selector = `${CLUSTER_LABEL}=${cluster.name},${COMPONENT_LABEL} in (coordinator,worker)`;
  const before = await restarts(cluster);
  const seen = new Set<string>();
  const watch = startKubectl(["get", "pods", `--namespace=${cluster.namespace}`, `--selector=${selector}`, "--watch", UIDS]);
  watch.stdout?.on("data", (chunk: Buffer) => {
    for (const uid of chunk.toString().split("\n")) if (uid !== "") seen.add(uid);
  });
  await waitFor("the watch of pods to begin", async () => {
    if (seen.size < before.size) throw new Error(`${seen.size} of ${before.size} pods were seen`);
  });
  return async () => {
    watch.kill();
    const now = await restarts(cluster);
    const restarted = [...now].filter(([uid, count]) => count > (before.get(uid) ?? 0)).length;
    return [...seen].filter((uid) => !now.has(uid)).length + restarted;
  };
}

/** How often containers of each pod were restarted, by its UID. */
async function restarts(cluster: ClusterName): Promise<ReadonlyMap<string, number>> {
  const pods = [...(await podsOf(cluster, "coordinator")), ...(await podsOf(cluster, "worker"))];
  return new Map(
    pods.map(({ metadata, status }) => [
      metadata.uid,
      (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    ]),
  );
}
