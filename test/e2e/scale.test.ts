import { beforeAll, describe, expect, it } from "vitest";
import { watchExitCodes } from "./harness/exit-codes.ts";
import { kubectl } from "./harness/kubectl.ts";
import { query, startLoad } from "./harness/statement-client.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { useSteps } from "./harness/steps.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { clusterOf, podsOf, podUids, waitReady } from "./harness/trino-cluster.ts";

describe("scaling the workers", () => {
  useSteps();
  const cluster = useSteadyCluster();
  let coordinator: readonly string[];

  beforeAll(async () => {
    coordinator = await podUids(cluster, "coordinator");
  });

  const scaleTo = async (replicas: number): Promise<void> => {
    await kubectl(["scale", `trinocluster/${cluster.name}`, `--namespace=${cluster.namespace}`, `--replicas=${replicas}`]);
    await waitReady(cluster);
  };

  const registeredInTrino = async (): Promise<number> => {
    const [[count]] = (await query(
      await trinoUrl(cluster),
      "select count(*) from system.runtime.nodes where not coordinator and state = 'active'",
    )) as [[number]];
    return count;
  };

  it("adds workers when kubectl scale asks for them, and is Ready when Trino knows them", async () => {
    await scaleTo(3);
    expect(await registeredInTrino()).toBe(3);
    expect((await clusterOf(cluster)).status?.workers).toMatchObject({ desired: 3, ready: 3, registered: 3, summary: "3/3" });
    expect(await podsOf(cluster, "worker")).toHaveLength(3);
  });

  it("tells autoscalers replicas and selector by the scale subresource", async () => {
    const path = `/apis/trino.trino-operator.io/v1alpha1/namespaces/${cluster.namespace}/trinoclusters/${cluster.name}/scale`;
    const scale = JSON.parse(await kubectl(["get", "--raw", path])) as {
      spec: { replicas: number };
      status: { replicas: number; selector: string };
    };
    expect(scale).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 3 } });
    const selected = await kubectl([
      "get",
      "pods",
      `--namespace=${cluster.namespace}`,
      `--selector=${scale.status.selector}`,
      "--output=name",
    ]);
    expect(selected.trim().split("\n").sort()).toEqual((await podsOf(cluster, "worker")).map((pod) => `pod/${pod.metadata.name}`).sort());
  });

  it("drains the workers that go, so that no query fails and each Trino ends by itself", async () => {
    const before = await podsOf(cluster, "worker");
    const exitCodes = await watchExitCodes(cluster.namespace);
    const stopLoad = startLoad(await trinoUrl(cluster), "select count(*), sum(extendedprice) from tpch.tiny.lineitem");
    await scaleTo(1).catch(async (cause: unknown) => {
      await stopLoad();
      throw cause;
    });
    const { answered, failures } = await stopLoad();
    const remaining = await podsOf(cluster, "worker");
    const gone = before.filter((pod) => !remaining.some(({ metadata }) => metadata.uid === pod.metadata.uid));
    expect(gone).toHaveLength(2);
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    // A JVM that is stopped by SIGTERM ends with 143; one that drained and left of its own accord with 0.
    const codes = await exitCodes(gone.map((pod) => pod.metadata.name));
    expect(Object.values(codes)).toEqual([0, 0]);
    expect(await registeredInTrino()).toBe(1);
  });

  it("leaves the coordinator alone", async () => {
    expect(await podUids(cluster, "coordinator")).toEqual(coordinator);
  });
});
