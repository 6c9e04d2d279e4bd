import { describe, expect, it } from "vitest";
import { apply, kubectl, patch } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { snapshotOf, withoutStatusWrites } from "./harness/snapshot.ts";
import { query } from "./harness/statement-client.ts";
import { useSteps } from "./harness/steps.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { type ClusterName, clusterOf, podsOf, podUids, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

describe("a change of the configuration", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("change"), name: "changing" };
  const change = (spec: object): Promise<void> => patch({ kind: "trinocluster", ...cluster }, { spec });

  it("begins with a cluster that is Ready", async () => {
    await apply(smallCluster(cluster.name), cluster.namespace);
    await waitReady(cluster);
    expect(await podsOf(cluster)).toHaveLength(2);
  });

  it("restarts nothing when it is a label of the TrinoCluster", async () => {
    const before = await snapshotOf(cluster);
    await kubectl(["label", "trinocluster", cluster.name, `--namespace=${cluster.namespace}`, "team=data"]);
    await apply(smallCluster(cluster.name, { service: { annotations: { "example.com/seen": "true" } } }), cluster.namespace);
    await waitFor("the operator to have seen the edit", async () => {
      const service = await kubectl([
        "get",
        "service",
        cluster.name,
        `--namespace=${cluster.namespace}`,
        "--output=jsonpath={.metadata.annotations}",
      ]);
      expect(service).toContain("example.com/seen");
    });
    await waitReady(cluster);
    const ignored = [`Service/${cluster.name}`, `TrinoCluster/${cluster.name}`];
    const rest = (snapshot: Awaited<ReturnType<typeof snapshotOf>>): object =>
      Object.fromEntries(Object.entries(withoutStatusWrites(snapshot)).filter(([key]) => !ignored.includes(key)));
    expect(rest(await snapshotOf(cluster))).toEqual(rest(before));
  });

  it("replaces the workers alone when it is a property of the workers alone", async () => {
    const [coordinator, workers] = [await podUids(cluster, "coordinator"), await podUids(cluster, "worker")];
    await change({ workers: { config: { "config.properties": { "task.max-partial-aggregation-memory": "17MB" } } } });
    await waitReady(cluster);
    await waitFor("the old worker to be gone", async () => expect(await podsOf(cluster, "worker")).toHaveLength(1), {
      namespace: cluster.namespace,
    });
    expect(await podUids(cluster, "coordinator")).toEqual(coordinator);
    expect((await podUids(cluster, "worker"))[0]).not.toBe(workers[0]);
    const [worker] = await podsOf(cluster, "worker");
    const log = await kubectl(["logs", worker?.metadata.name ?? "", `--namespace=${cluster.namespace}`]);
    expect(log).toMatch(/task\.max-partial-aggregation-memory\s+16MB\s+17MB/);
  });

  it("replaces the coordinator alone when it is a property of the coordinator alone", async () => {
    const [coordinator, workers] = [await podUids(cluster, "coordinator"), await podUids(cluster, "worker")];
    await change({ coordinator: { config: { "config.properties": { "query.max-run-time": "77m" } } } });
    await waitReady(cluster);
    expect(await podUids(cluster, "worker")).toEqual(workers);
    expect(await podUids(cluster, "coordinator")).not.toEqual(coordinator);
    const [row] = await query(await trinoUrl(cluster), "show session like 'query_max_run_time'");
    expect(row?.slice(0, 2)).toEqual(["query_max_run_time", "77.00m"]);
  });

  it("makes a new catalog queryable", async () => {
    await change({ catalogs: { scratch: { properties: { "connector.name": "memory" } } } });
    await waitReady(cluster);
    const url = await trinoUrl(cluster);
    await query(url, "create table scratch.default.regions as select * from tpch.tiny.region");
    expect(await query(url, "select count(*) from scratch.default.regions")).toEqual([[5]]);
    expect((await clusterOf(cluster)).status?.catalogs).toEqual([
      { name: "scratch", accepted: true },
      { name: "tpch", accepted: true },
    ]);
  });
});
