/** `make undeploy` and its kin, for real. It is the last file (harness/test-order.ts), because it takes what the others share. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { operatorImage } from "./harness/deployed-operator.ts";
import { copyKubeconfig } from "./harness/kubeconfig-copy.ts";
import { apply, find, kubectl, list } from "./harness/kubectl.ts";
import { make, makeOrThrow, REPOSITORY, shellEnvironment } from "./harness/make.ts";
import { smallCluster } from "./harness/manifest.ts";
import { TEST_NAMESPACE_LABEL, useNamespace } from "./harness/namespace.ts";
import { OPERATOR_NAMESPACE, operatorPods } from "./harness/operator.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster } from "./harness/target.ts";
import { clusterOf, podUids, waitForCondition } from "./harness/trino-cluster.ts";

const CRD = "trinoclusters.trino.trino-operator.io";
const HOLD = "example.com/hold";

/** A user who may remove everything that is installed, and may not see TrinoClusters. */
const BLIND = "e2e-blind";
const INSTALLED = "customresourcedefinitions namespaces serviceaccounts deployments roles rolebindings clusterroles clusterrolebindings";
const BLIND_USER: readonly object[] = [
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: BLIND },
    rules: [{ apiGroups: ["*"], resources: INSTALLED.split(" "), verbs: ["get", "list", "watch", "delete"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: BLIND },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: BLIND },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: BLIND }],
  },
];

/** Why nothing may be undeployed here: what no test made would go too, or nobody could put the operator back. */
async function reasonToRefrain(): Promise<string | undefined> {
  if (!isLocalCluster() && !process.env["IMG"]) return "IMG names no image, so the operator could not be deployed again";
  const ours = new Set((await list("namespaces", undefined, TEST_NAMESPACE_LABEL)).map(({ metadata }) => metadata.name));
  const others = (await list("trinoclusters")).filter(({ metadata }) => !ours.has(metadata.namespace ?? ""));
  const names = others.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return names.length > 0 ? `make undeploy would also delete what no test made: ${names.join(", ")}` : undefined;
}

describe("undeploying", () => {
  let refrain: string | undefined;
  let image: string;
  beforeAll(async () => {
    refrain = await reasonToRefrain();
    image = await operatorImage();
  });
  beforeEach(({ skip }) => {
    if (refrain !== undefined) skip(refrain);
  });
  useSteps();
  const steady = useSteadyCluster();
  const namespace = useNamespace("undeploy");
  afterAll(async () => {
    if (refrain === undefined) await makeOrThrow(["deploy", `IMG=${image}`]);
  });

  /** A cluster without pods, which takes no time to make and which waits for an operator to go all the same. */
  const suspended = async (name: string): Promise<void> => {
    await apply(smallCluster(name, { suspend: true }), namespace);
    await waitForCondition({ namespace, name }, { type: "Ready", status: "False", reason: "Suspended" });
  };
  const setFinalizers = async (name: string, finalizers: readonly string[]): Promise<void> => {
    const change = JSON.stringify({ metadata: { finalizers } });
    await kubectl(["patch", "trinocluster", name, `--namespace=${namespace}`, "--type=merge", `--patch=${change}`]);
  };
  const expectNothingInstalled = async (): Promise<void> => {
    expect(await find("namespace", OPERATOR_NAMESPACE)).toBeUndefined();
    expect(await find("customresourcedefinition", CRD)).toBeUndefined();
    expect(await list("clusterroles,clusterrolebindings", undefined, "app.kubernetes.io/name=trino-operator")).toEqual([]);
  };

  it("keeps the operator while a TrinoCluster does not go, and names that cluster", async () => {
    await suspended("held");
    const { metadata } = await clusterOf({ namespace, name: "held" });
    await setFinalizers("held", [...(metadata.finalizers ?? []), HOLD]);
    const { code, output } = await make(["undeploy", "UNDEPLOY_TIMEOUT=5s"]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/Still there, so the operator stays to finish the work/);
    expect(output).toMatch(new RegExp(`^${namespace} held \\[.*${HOLD}\\]$`, "m"));
    expect(await operatorPods()).toHaveLength(1);
    expect(await find("customresourcedefinition", CRD)).toBeDefined();
  });

  it("deletes every TrinoCluster, waits until they are gone, and removes all that was installed", async () => {
    await setFinalizers("held", (await clusterOf({ namespace, name: "held" })).metadata.finalizers?.filter((name) => name !== HOLD) ?? []);
    const output = await makeOrThrow(["undeploy"]);
    expect(output).not.toContain("Still there");
    await expectNothingInstalled();
    expect(await podUids(steady)).toEqual([]);
    expect(await list("statefulsets,deployments,services", steady.namespace)).toEqual([]);
  });

  it("finds nothing to do the second time", async () => {
    await makeOrThrow(["undeploy"]);
    await expectNothingInstalled();
  });

  it("deletes nothing when the operator is gone already, and says how to go on", async () => {
    await makeOrThrow(["deploy", `IMG=${image}`]);
    await suspended("left");
    await kubectl(["delete", "deployment", "trino-operator", `--namespace=${OPERATOR_NAMESPACE}`]);
    const { code, output } = await make(["undeploy", `IMG=${image}`, "UNDEPLOY_TIMEOUT=20s"]);
    expect(code).not.toBe(0);
    expect(output).toContain(`No operator runs in ${OPERATOR_NAMESPACE}`);
    expect(output).toContain(`make deploy IMG=${image}`);
    expect((await clusterOf({ namespace, name: "left" })).metadata.deletionTimestamp).toBeUndefined();
    expect(await find("namespace", OPERATOR_NAMESPACE)).toBeDefined();
  });

  it("takes a list that it may not read for no empty list", async () => {
    for (const manifest of BLIND_USER) await apply(manifest);
    onTestFinished(async () => void (await kubectl(["delete", "clusterrole,clusterrolebinding", BLIND])));
    const { path, remove } = await copyKubeconfig({ context: "blind", user: BLIND });
    onTestFinished(remove);
    const { code, output } = await make(["undeploy"], { KUBECONFIG: path });
    expect(code).not.toBe(0);
    expect(output).toMatch(/trinoclusters\.trino\.trino-operator\.io is forbidden/);
    expect(await find("customresourcedefinition", CRD)).toBeDefined();
    expect(await find("namespace", OPERATOR_NAMESPACE)).toBeDefined();
  });

  it("goes on by the commands that it told, without an operator", async () => {
    const { output } = await make(["undeploy"]);
    const [command = ""] = /kubectl .* patch trinocluster left .*/.exec(output) ?? [];
    const { status, stderr } = spawnSync("sh", ["-ec", command.replace(/^kubectl/, '"$KUBECTL"')], {
      env: shellEnvironment({ KUBECTL: join(REPOSITORY, "hack/kubectl.sh") }),
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    await makeOrThrow(["undeploy"]);
    await expectNothingInstalled();
  });

  it("of the CRD alone is refused while there is a TrinoCluster", async () => {
    await makeOrThrow(["install"]);
    await apply(smallCluster("orphan", { suspend: true }), namespace);
    const { code, output } = await make(["uninstall"]);
    expect(code).not.toBe(0);
    expect(output).toContain(`${namespace} orphan`);
    expect(await find("trinocluster", "orphan", namespace)).toBeDefined();
    await kubectl(["delete", "trinocluster", "orphan", `--namespace=${namespace}`]);
    await makeOrThrow(["uninstall"]);
    await expectNothingInstalled();
  });
});
