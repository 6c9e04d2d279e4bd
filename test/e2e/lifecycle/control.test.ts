import { describe, expect, it } from "vitest";
import { LONG } from "../../long.ts";
import { kubectl } from "../harness/kubectl.ts";
import { awaitLongTasks } from "../harness/load/long-tasks.ts";
import { isLocalCluster } from "../harness/target.ts";
import { podsOf } from "../harness/trino-cluster.ts";
import { serviceUrl, settled, useLoadedCluster } from "./loaded-cluster.ts";
import { measure } from "./measure.ts";
import type { Operation } from "./operations.ts";

/** What every operation of ours avoids. Without queries that fail here, those that do not fail elsewhere would say nothing. */
const KILL: Operation = {
  name: "control: workers killed",
  workers: 2,
  leastPods: 2,
  promise: "told",
  run: async (cluster) => {
    // Long statements are no test of a drain if their tasks are done before their clients are.
    await awaitLongTasks(await serviceUrl(cluster), { workers: 2, seconds: 40 });
    const names = (await podsOf(cluster, "worker")).map(({ metadata }) => metadata.name);
    await kubectl(["delete", "pods", ...names, `--namespace=${cluster.namespace}`, "--grace-period=0", "--force"]);
    await settled(cluster, 2);
  },
};

describe.skipIf(!isLocalCluster() || !LONG)("the load of the lifecycle tests", () => {
  const cluster = useLoadedCluster(2);

  it("has queries that fail when workers are killed instead of drained", async () => {
    const { report } = await measure(cluster, KILL);
    expect(report.failed).not.toEqual([]);
    expect(report.succeeded).toBeGreaterThan(0);
  });
});
