import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DRAIN_ANNOTATION } from "../../src/trino/labels.ts";
import { watchExitCodes } from "./harness/exit-codes.ts";
import { kubectl } from "./harness/kubectl.ts";
import { OPERATOR_NAMESPACE, operatorPod } from "./harness/operator.ts";
import { query, startLoad } from "./harness/statement-client.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { useSteps } from "./harness/steps.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { clusterOf, type Pod, podsOf, podUids, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

/** A hundred and fifty million rows, counted on all workers: half a minute and more on two cores. */
const SLOW = "select count(*) from tpch.sf1.lineitem l cross join tpch.tiny.nation n where cos(l.extendedprice * n.nationkey) < 2";
const SLOW_ANSWER = [[6_001_215 * 25]];

describe("scaling the workers", () => {
  useSteps();
  const cluster = useSteadyCluster();
  let coordinator: readonly string[];

  beforeAll(async () => {
    coordinator = await podUids(cluster, "coordinator");
  });

  const setReplicas = async (replicas: number): Promise<void> => {
    await kubectl(["scale", `trinocluster/${cluster.name}`, `--namespace=${cluster.namespace}`, `--replicas=${replicas}`]);
  };

  const scaleTo = async (replicas: number): Promise<void> => {
    await setReplicas(replicas);
    await waitReady(cluster);
  };

  const registeredInTrino = async (): Promise<number> => {
    const [[count]] = (await query(
      await trinoUrl(cluster),
      "select count(*) from system.runtime.nodes where not coordinator and state = 'active'",
    )) as [[number]];
    return count;
  };

  /** The workers that the operator has told to go, as soon as there are so many. */
  const markedWorkers = async (count: number): Promise<readonly Pod[]> =>
    waitFor(`${count} workers to be marked`, async () => {
      const marked = (await podsOf(cluster, "worker")).filter(({ metadata }) => metadata.annotations?.[DRAIN_ANNOTATION] !== undefined);
      expect(marked).toHaveLength(count);
      return marked;
    });

  const uidsOf = (pods: readonly Pod[]): readonly string[] => pods.map(({ metadata }) => metadata.uid).sort();

  const goneSince = async (before: readonly Pod[]): Promise<readonly Pod[]> => {
    const remaining = uidsOf(await podsOf(cluster, "worker"));
    return before.filter(({ metadata }) => !remaining.includes(metadata.uid));
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

  describe("with a query that runs", () => {
    let workers: readonly Pod[];

    beforeEach(async () => {
      await scaleTo(3);
      workers = await podsOf(cluster, "worker");
    });

    it("takes workers back that drain when they are wanted again", async () => {
      const answer = query(await trinoUrl(cluster), SLOW);
      await setReplicas(1);
      await markedWorkers(2);
      await waitFor("Trino to give tasks to one worker only", async () => expect(await registeredInTrino()).toBe(1));
      await setReplicas(3);
      await waitReady(cluster);
      expect(await answer).toEqual(SLOW_ANSWER);
      await markedWorkers(0);
      expect(uidsOf(await podsOf(cluster, "worker"))).toEqual(uidsOf(workers));
      expect(await registeredInTrino()).toBe(3);
    });

    it("goes on with the same workers when the operator is killed in between", async () => {
      const answer = query(await trinoUrl(cluster), SLOW);
      await setReplicas(1);
      const marked = await markedWorkers(2);
      const operator = (await operatorPod()).metadata.name;
      await kubectl(["delete", "pod", operator, `--namespace=${OPERATOR_NAMESPACE}`, "--grace-period=0", "--force"]);
      expect(await answer).toEqual(SLOW_ANSWER);
      await waitReady(cluster);
      expect(uidsOf(await goneSince(workers))).toEqual(uidsOf(marked));
    });

    it("removes exactly the workers that it drained, so that no query fails and each Trino ends by itself", async () => {
      const exitCodes = await watchExitCodes(cluster.namespace);
      const url = await trinoUrl(cluster);
      const slow = query(url, SLOW);
      const stopLoad = startLoad(url, "select count(*), sum(extendedprice) from tpch.tiny.lineitem");
      await setReplicas(1);
      const marked = await markedWorkers(2);
      await waitReady(cluster).catch(async (cause: unknown) => {
        await stopLoad();
        throw cause;
      });
      const { answered, failures } = await stopLoad();
      expect(await slow).toEqual(SLOW_ANSWER);
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(0);
      const gone = await goneSince(workers);
      expect(uidsOf(gone)).toEqual(uidsOf(marked));
      // A JVM that is stopped by SIGTERM ends with 143; one that drained and left of its own accord with 0.
      const codes = await exitCodes(gone.map((pod) => pod.metadata.name));
      expect(Object.values(codes)).toEqual([0, 0]);
      expect(await registeredInTrino()).toBe(1);
    });
  });

  it("leaves the coordinator alone", async () => {
    expect(await podUids(cluster, "coordinator")).toEqual(coordinator);
  });
});
