/** The operator with a Role in one namespace, installed as docs/operations.md says, and what it asks of the API server. */
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binPath } from "../../local-cluster/paths.ts";
import { type Requests, recordRequests, summaryOf } from "./harness/audit-log.ts";
import { operatorImage, useStoppedOperator } from "./harness/deployed-operator.ts";
import { codeBlocks, typeInto } from "./harness/documented.ts";
import { apply, get, kubectl, list } from "./harness/kubectl.ts";
import { makeOrThrow, REPOSITORY } from "./harness/make.ts";
import { smallCluster } from "./harness/manifest.ts";
import { removeNamespace, reportFailures, TEST_NAMESPACE_LABEL, useNamespace } from "./harness/namespace.ts";
import { sayWhereNoAuditLogIs } from "./harness/needs-audit-log.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster } from "./harness/target.ts";
import { type ClusterName, clusterOf, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

/** An image of its own, by a name that only the overlay knows. */
const IMAGE = "registry.example.com/trino-operator";
const TAG = "one-namespace";

sayWhereNoAuditLogIs();

describe.skipIf(!isLocalCluster())("an operator of one namespace", () => {
  useSteps();
  useStoppedOperator();
  const namespace = `e2e-namespaced-${randomBytes(3).toString("hex")}`;
  const elsewhere = useNamespace("elsewhere");
  const cluster: ClusterName = { namespace, name: "tenant" };
  let checkout: string;
  let blocks: Awaited<ReturnType<typeof codeBlocks>>;
  let requestsSince: () => Promise<Requests>;

  const shell = (index: number): Promise<void> =>
    typeInto(checkout, blocks.filter(({ language }) => language === "sh")[index]?.text ?? "false", [binPath()]);

  beforeAll(async () => {
    checkout = await copyOfCheckout();
    blocks = await codeBlocks(
      { file: "docs/operations.md", heading: "One namespace only" },
      { "team-a": namespace, '"1.0"': TAG, [IMAGE]: IMAGE },
    );
    requestsSince = await recordRequests({ user: `system:serviceaccount:${namespace}:` });
  });
  reportFailures(namespace);
  afterAll(async () => {
    await removeNamespace(namespace);
    await rm(checkout, { recursive: true });
  });

  it("is installed by the commands of the documentation", async () => {
    await makeOrThrow(["cluster-load", `IMG=${IMAGE}:${TAG}`]);
    await mkdir(join(checkout, "one-namespace"));
    const overlay = blocks.find(({ language }) => language === "yaml")?.text ?? "";
    await writeFile(join(checkout, "one-namespace/kustomization.yaml"), overlay);
    await shell(0);
    const labels = [`${TEST_NAMESPACE_LABEL}=temporary`, "pod-security.kubernetes.io/enforce=restricted"];
    await kubectl(["label", "namespace", namespace, ...labels]);
    expect(await operatorImage(namespace)).toBe(`${IMAGE}:${TAG}`);
    expect(await list("clusterrolebindings", undefined, "app.kubernetes.io/name=trino-operator")).toEqual([
      expect.objectContaining({ metadata: expect.objectContaining({ name: "trino-operator" }) }), // the stopped one's
    ]);
  });

  it("makes a TrinoCluster of its namespace Ready", async () => {
    await apply(smallCluster("stranger", { suspend: true }), elsewhere);
    await apply(smallCluster(cluster.name), namespace);
    await waitReady(cluster);
  });

  it("leaves a TrinoCluster of another namespace alone", async () => {
    const { metadata, status } = await clusterOf({ namespace: elsewhere, name: "stranger" });
    expect(metadata.finalizers).toBeUndefined();
    expect(status).toBeUndefined();
    await kubectl(["delete", "trinocluster", "stranger", `--namespace=${elsewhere}`]);
  });

  it("removes its cluster, and goes by the commands of the documentation", async () => {
    await shell(1);
    expect(await list("trinoclusters", namespace)).toEqual([]);
    await waitFor("its pod to be gone", async () => expect(await list("pods", namespace)).toEqual([]), { namespace });
    expect(await get("namespace", namespace)).toBeDefined();
  });

  it("has asked nothing outside its namespace, and nothing that it may not", async () => {
    const { reads, writes, leases, watches } = await requestsSince();
    const all = [...reads, ...writes, ...leases, ...watches];
    expect(writes.map(({ verb, resource }) => `${verb} ${resource}`)).toContain("patch trinoclusters/status");
    expect(leases.length).toBeGreaterThan(0);
    expect(watches.length).toBeGreaterThan(0);
    expect(summaryOf(all.filter((request) => request.namespace !== namespace))).toBe("none");
    expect(summaryOf(all.filter(({ code }) => code === 401 || code === 403))).toBe("none");
  });
});

/** A checkout, as far as the commands need one, that the test may write to. */
async function copyOfCheckout(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "checkout-"));
  for (const part of ["config", "hack", "Makefile"]) await cp(join(REPOSITORY, part), join(path, part), { recursive: true });
  await symlink(join(REPOSITORY, "node_modules"), join(path, "node_modules"));
  return path;
}
