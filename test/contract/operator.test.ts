/** The whole operator as a process, out of cluster, on an API server of its own: what it makes, and that nothing of it stays. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { installOperator, kubectlOn, OPERATOR_NAMESPACE, OPERATOR_USER, startOperator } from "../control-plane/operator-process.ts";

/** Where the children of a TrinoCluster are. */
const KINDS = "statefulsets,deployments,services,serviceaccounts,configmaps,secrets,poddisruptionbudgets,controllerrevisions,pods,jobs";

/** An admission plugin that some clusters have: who makes an owner undeletable must have rights on the owner's finalizers. */
const OWNERS_ARE_CHECKED = "--enable-admission-plugins=OwnerReferencesPermissionEnforcement";

it("makes the children of a TrinoCluster with the rights it is given, and is gone with all of them when it is deleted", async () => {
  const plane = await startControlPlane({
    controllers: true,
    flags: [OWNERS_ARE_CHECKED],
    users: { [OPERATOR_USER]: ["system:serviceaccounts"] },
  });
  onTestFinished(plane.stop);
  installOperator(plane);
  const log = join(dirname(plane.auditLog), "operator.log");
  const operator = startOperator(await plane.kubeconfigFor(OPERATOR_USER, plane.url, OPERATOR_NAMESPACE), log);
  onTestFinished(() => operator.stop());
  kubectlOn(plane, ["create", "namespace", "smoke"]);
  kubectlOn(plane, ["apply", "--namespace", "smoke", "-f", "config/samples/trino_v1alpha1_trinocluster.yaml"]);
  // Otherwise the metastore's password stays with its volume.
  const deleteAll = JSON.stringify({ spec: { hiveMetastore: { retentionPolicy: "Delete" } } });
  kubectlOn(plane, ["patch", "trinoclusters", "trinocluster-sample", "--namespace", "smoke", "--type=merge", "-p", deleteAll]);
  const children = (): readonly string[] =>
    kubectlOn(plane, [
      "get",
      KINDS,
      "--namespace",
      "smoke",
      "--selector",
      "app.kubernetes.io/managed-by=trino-operator",
      "--output",
      "name",
    ])
      .split("\n")
      .filter((line) => line !== "");
  await vi.waitFor(() => expect(children()).toContainEqual(expect.stringMatching(/^pod\//u)), { timeout: 60_000, interval: 500 });
  const kinds = new Set(children().map((name) => name.split("/")[0]));
  expect([...kinds]).toEqual(
    expect.arrayContaining([
      "configmap",
      "controllerrevision.apps",
      "pod",
      "poddisruptionbudget.policy",
      "secret",
      "service",
      "serviceaccount",
    ]),
  );
  kubectlOn(plane, ["delete", "trinoclusters", "--all", "--namespace", "smoke", "--timeout=90s"]);
  await vi.waitFor(() => expect(children()).toEqual([]), { timeout: 60_000, interval: 500 });
  await operator.stop();
  const lines = (await readFile(log, "utf8")).split("\n").filter((line) => /"level":"?(?:warn|error|40|50)/u.test(line));
  expect(lines).toEqual([]);
  const refused = (await readFile(plane.auditLog, "utf8"))
    .split("\n")
    .filter((line) => line.includes(OPERATOR_USER) && /"code":403/u.test(line));
  expect(refused).toEqual([]);
});
