import { afterAll, describe, expect, it } from "vitest";
import { PAUSED_ANNOTATION } from "../../src/trino/labels.ts";
import { apply, find, kubectl } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { operatorLog } from "./harness/operator.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster } from "./harness/target.ts";
import { type ClusterName, clusterOf, waitForCondition, waitReady } from "./harness/trino-cluster.ts";

/** An idle worker drains for twice its grace period of 15 s; the rest is for Kubernetes. */
const TIMEOUT_S = 240;

/** Lines of the operator's log with the level error that are about a namespace. */
async function errorsAbout(namespace: string): Promise<readonly string[]> {
  const lines = (await operatorLog()).split("\n");
  return lines.filter((line) => line.includes(namespace) && line.includes('"level":"error"'));
}

async function waitUntilGone(namespace: string): Promise<void> {
  await kubectl(["wait", `namespace/${namespace}`, "--for=delete", `--timeout=${TIMEOUT_S}s`], { timeoutMs: (TIMEOUT_S + 20) * 1000 });
  expect(await find("namespace", namespace)).toBeUndefined();
}

describe("the end of a namespace with a cluster that serves", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("namespace"), name: "serving" };

  it("comes soon", async () => {
    await apply(smallCluster(cluster.name), cluster.namespace);
    await waitReady(cluster);
    await kubectl(["delete", "namespace", cluster.namespace, "--wait=false"]);
    await waitUntilGone(cluster.namespace);
  });

  it("is no error to the operator", async () => {
    expect(await errorsAbout(cluster.namespace)).toEqual([]);
  });
});

// Since Kubernetes 1.33 pods go before everything else, so that one that stays keeps the cluster from being deleted.
describe.skipIf(!isLocalCluster())("a cluster that the operator begins with while its namespace is being deleted", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("terminating"), name: "late" };
  const goOn = () => kubectl(["annotate", "trinocluster", cluster.name, `--namespace=${cluster.namespace}`, `${PAUSED_ANNOTATION}-`]);
  const release = () =>
    kubectl(["patch", "pod", "held", `--namespace=${cluster.namespace}`, "--type=merge", '--patch={"metadata":{"finalizers":null}}']);
  afterAll(async () => void (await release().catch(() => "gone already")));

  it("tells that nothing is made, and asks nobody to act", async () => {
    const manifest = smallCluster(cluster.name);
    await apply({ ...manifest, metadata: { name: cluster.name, annotations: { [PAUSED_ANNOTATION]: "true" } } }, cluster.namespace);
    await waitForCondition(cluster, { type: "Ready", status: "False", reason: "Paused" });
    expect((await clusterOf(cluster)).metadata).not.toHaveProperty("finalizers");
    await apply(heldPod, cluster.namespace);
    await kubectl(["delete", "namespace", cluster.namespace, "--wait=false"]);
    await goOn();
    await waitForCondition(cluster, { type: "Ready", status: "False", reason: "NamespaceTerminating" });
    await waitForCondition(cluster, { type: "Degraded", status: "False", reason: "NoProblem" });
    expect((await clusterOf(cluster)).metadata).toHaveProperty("finalizers");
  });

  it("goes with its namespace", async () => {
    await release();
    await waitUntilGone(cluster.namespace);
  });

  it("is no error to the operator", async () => {
    expect(await errorsAbout(cluster.namespace)).toEqual([]);
  });
});

/** It never runs, and stays until its finalizer is taken off. */
const heldPod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "held", finalizers: ["example.com/hold"] },
  spec: {
    nodeSelector: { "example.com/no-such-node": "true" },
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      { name: "none", image: "example.com/none:1", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
    ],
  },
};
