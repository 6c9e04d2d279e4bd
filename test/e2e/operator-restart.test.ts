import { describe, expect, it } from "vitest";
import { kubectl } from "./harness/kubectl.ts";
import { OPERATOR_NAMESPACE, operatorDeployment, operatorPod, reconcileCount } from "./harness/operator.ts";
import { snapshotOf, withoutStatusWrites } from "./harness/snapshot.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { clusterOf } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

describe("a restart of the operator", () => {
  const cluster = useSteadyCluster();

  it("changes no object and restarts no pod", async () => {
    const before = await snapshotOf(cluster);
    const { status } = await clusterOf(cluster);
    const { metadata: old } = await operatorPod();
    await kubectl(["delete", "pod", old.name, `--namespace=${OPERATOR_NAMESPACE}`, "--timeout=120s"]);
    await kubectl(["rollout", "status", `deployment/${await operatorDeployment()}`, `--namespace=${OPERATOR_NAMESPACE}`, "--timeout=120s"]);
    await waitFor("the new operator to have looked at the cluster", async () => {
      expect((await operatorPod()).metadata.uid).not.toBe(old.uid);
      expect(await reconcileCount()).toBeGreaterThanOrEqual(1);
    });
    await reconcileOnce();
    expect(withoutStatusWrites(await snapshotOf(cluster))).toEqual(withoutStatusWrites(before));
    expect((await clusterOf(cluster)).status).toEqual(status);
  });

  /** An event is a sure sign only when we cause it: the annotation is seen after everything that was there before. */
  async function reconcileOnce(): Promise<void> {
    const count = await reconcileCount();
    await kubectl([
      "annotate",
      "trinocluster",
      cluster.name,
      `--namespace=${cluster.namespace}`,
      "--overwrite",
      `example.com/touched=${count}`,
    ]);
    await waitFor("one more reconcile", async () => expect(await reconcileCount()).toBeGreaterThan(count));
  }
});
