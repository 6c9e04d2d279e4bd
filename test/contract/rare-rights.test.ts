/** The operator as a process, on an API server of its own, on the ways that no end-to-end test has to go: each right that is granted for them is needed. */
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { installOperator, kubectlOn, OPERATOR_NAMESPACE, OPERATOR_USER, startOperator } from "../control-plane/operator-process.ts";
import { requestsOfUsers, summaryOf } from "../e2e/harness/audit-log.ts";
import {
  RIGHTS_OF_A_LOST_NODE,
  RIGHTS_OF_A_RETIRED_METASTORE,
  RIGHTS_OF_A_TAKEN_NAME,
  RIGHTS_WITHOUT_WATCH_LIST,
} from "../e2e/harness/rare-rights.ts";
import { usedBy } from "../e2e/harness/rbac-usage.ts";
import { LONG } from "../long.ts";

/** No WatchList, and an admission plugin that some clusters have: who makes an owner undeletable must have rights on the owner's finalizers. */
const FLAGS = ["--feature-gates=WatchList=false", "--enable-admission-plugins=OwnerReferencesPermissionEnforcement"];
const NAMESPACE = "rare";
const OPERATOR = new RegExp(`^${OPERATOR_USER}$`, "u");
const UNTIL = { timeout: 60_000, interval: 250 };
/** A kubelet has a minute after the grace period. */
const UNTIL_LOST = { timeout: 150_000, interval: 1_000 };

describe("a right for a rare way", () => {
  let plane: ControlPlane;
  let stopOperator: () => Promise<void>;

  beforeAll(async () => {
    plane = await startControlPlane({ controllers: true, flags: FLAGS, users: { [OPERATOR_USER]: ["system:serviceaccounts"] } });
    installOperator(plane);
    const kubeconfig = await plane.kubeconfigFor(OPERATOR_USER, plane.url, OPERATOR_NAMESPACE);
    const operator = startOperator(kubeconfig, join(dirname(plane.auditLog), "operator.log"));
    stopOperator = () => operator.stop();
    kubectl(["create", "namespace", NAMESPACE]);
  });
  afterAll(async () => {
    await stopOperator();
    await plane.stop();
  });

  const kubectl = (args: readonly string[], input?: string): string => kubectlOn(plane, ["--namespace", NAMESPACE, ...args], input);
  const apply = (name: string, spec: object): string =>
    kubectl(
      ["apply", "-f", "-"],
      JSON.stringify({ apiVersion: "trino.trino-operator.io/v1alpha1", kind: "TrinoCluster", metadata: { name }, spec }),
    );
  const selected = (kinds: string, selector: string): string => kubectl(["get", kinds, "--selector", selector, "--output", "name"]);
  const used = async (): Promise<ReadonlySet<string>> =>
    usedBy((await requestsOfUsers(OPERATOR, 0, plane.auditLog)).filter(({ allowed }) => allowed));

  it("is needed by what follows objects without WatchList", async () => {
    await vi.waitFor(async () => expect([...(await used())]).toEqual(expect.arrayContaining([...RIGHTS_WITHOUT_WATCH_LIST])), UNTIL);
  });

  it("is needed by what puts the label back for which the caches ask", async () => {
    const kinds = "serviceaccounts,deployments,statefulsets,poddisruptionbudgets";
    const managed = "app.kubernetes.io/managed-by";
    const ours = "app.kubernetes.io/instance=relabelled";
    apply("relabelled", { version: 476 });
    await vi.waitFor(() => {
      for (const kind of kinds.split(",")) expect(selected(kind, `${ours},${managed}`)).not.toBe("");
    }, UNTIL);
    const before = selected(kinds, `${ours},${managed}`);
    kubectl(["label", kinds, "--selector", ours, `${managed}-`]);
    await vi.waitFor(() => expect(selected(kinds, `${ours},${managed}`)).toBe(before), UNTIL);
    const proven = RIGHTS_OF_A_TAKEN_NAME.filter((right) => right !== "get jobs.batch"); // no Job is made before its database serves
    expect([...(await used())]).toEqual(expect.arrayContaining(proven));
  });

  it("is needed when the spec has its metastore no more", async () => {
    const components = "app.kubernetes.io/component in (metastore,metastore-db)";
    const kinds = "poddisruptionbudgets,services,statefulsets";
    apply("retired", { version: 476, suspend: true, hiveMetastore: { version: "4.0.1", database: { embedded: { storage: "1Gi" } } } });
    await vi.waitFor(() => {
      for (const kind of kinds.split(",")) expect(selected(kind, components)).not.toBe("");
    }, UNTIL);
    apply("retired", { version: 476, suspend: true });
    await vi.waitFor(() => expect(selected(kinds, components)).toBe(""), UNTIL);
    expect([...(await used())]).toEqual(expect.arrayContaining([...RIGHTS_OF_A_RETIRED_METASTORE]));
  });

  it.skipIf(!LONG)("is needed to look at the node whose kubelet does not end the coordinator", async () => {
    const pod = "lost-coordinator-a-0";
    const uid = (): string => kubectl(["get", "pod", pod, "--output", "jsonpath={.metadata.uid}"]);
    apply("lost", { version: 476 });
    const first = await vi.waitFor(uid, UNTIL);
    kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name: "away" } }));
    const condition = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." };
    kubectl([
      "patch",
      "node",
      "away",
      "--subresource=status",
      "--type=merge",
      "-p",
      JSON.stringify({ status: { conditions: [condition] } }),
    ]);
    const binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: pod },
      target: { apiVersion: "v1", kind: "Node", name: "away" },
    };
    kubectl(["create", `--raw=/api/v1/namespaces/${NAMESPACE}/pods/${pod}/binding`, "-f", "-"], JSON.stringify(binding));
    kubectl(["delete", "pod", pod, "--grace-period=1", "--wait=false"]);
    await vi.waitFor(() => expect(uid()).not.toBe(first), UNTIL_LOST);
    expect([...(await used())]).toEqual(expect.arrayContaining([...RIGHTS_OF_A_LOST_NODE]));
  });

  // Without this right, admission answers 403 to the first child.
  it("is needed of who makes children, where admission asks for it without a request", async () => {
    const requests = await requestsOfUsers(OPERATOR, 0, plane.auditLog);
    expect(requests.filter(({ verb, code }) => verb === "patch" && code === 201)).not.toEqual([]);
    expect(summaryOf(requests.filter(({ code }) => code === 403))).toBe("none");
  });
});
