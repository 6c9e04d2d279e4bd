import { describe, expect, it } from "vitest";
import { apply, get, kubectl, type Live, list } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { useSteps } from "./harness/steps.ts";
import { type ClusterName, clusterOf, waitForCondition } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const foreign = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "taken" },
  spec: { selector: { app: "something-else" }, ports: [{ port: 80 }] },
};

describe("a Service of somebody else that has the cluster's name", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("conflict"), name: "taken" };
  let theirs: Live;

  it("is told in the condition, with the cure", async () => {
    await apply(foreign, cluster.namespace);
    theirs = await get("service", cluster.name, cluster.namespace);
    await apply(smallCluster(cluster.name), cluster.namespace);
    const { message } = await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "NameConflict" });
    expect(message).toMatch(/Service taken/);
    expect(message).toMatch(/rename|remove/);
  });

  it("is not touched", async () => {
    await waitForCondition(cluster, { type: "Ready", status: "False", reason: "NameConflict" });
    expect((await get("service", cluster.name, cluster.namespace)).metadata).toEqual(theirs.metadata);
  });

  it("is told in an event", async () => {
    await waitFor("an event", async () => {
      const events = await list<Live & { readonly reason: string; readonly type: string }>("events.v1.events.k8s.io", cluster.namespace);
      expect(events.map(({ reason, type }) => `${type} ${reason}`)).toContain("Warning NameConflict");
    });
  });

  it("no longer matters when it is gone", async () => {
    await kubectl(["delete", "service", cluster.name, `--namespace=${cluster.namespace}`]);
    await waitForCondition(cluster, { type: "Degraded", status: "False" });
    const { metadata } = await clusterOf(cluster);
    await waitFor("a Service of the cluster's own", async () => {
      const service = await get<Live & { metadata: { ownerReferences: readonly { readonly uid: string }[] } }>(
        "service",
        cluster.name,
        cluster.namespace,
      );
      expect(service.metadata.ownerReferences.map(({ uid }) => uid)).toEqual([metadata.uid]);
    });
  });
});
