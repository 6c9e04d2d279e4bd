/** A namespace for each file of tests, with the strictest Pod Security there is. */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll } from "vitest";
import { writeDiagnostics } from "./diagnostics.ts";
import { apply, kubectl } from "./kubectl.ts";

/** The label of all namespaces that tests make, by which those of aborted runs are found and removed. */
export const TEST_NAMESPACE_LABEL = "trino-operator.io/e2e";

/** The manifest of a namespace for tests. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export function namespaceManifest(name: string, kept: boolean): object {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted", [TEST_NAMESPACE_LABEL]: kept ? "kept" : "temporary" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** Makes a namespace before the tests of this `describe`, removes it after them, and keeps a report of each test that fails. */
export function useNamespace(purpose: string): string {
  const name = `e2e-${purpose}-${randomBytes(3).toString("hex")}`;
  beforeAll(() => apply(namespaceManifest(name, false)));
  reportFailures(name);
  afterAll(() => removeNamespace(name));
  return name;
}

/** Writes what can be seen of a namespace into the reports folder whenever a test of this `describe` fails. */
export function reportFailures(namespace: string): void {
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`report: ${await writeDiagnostics(namespace, task.name)}\n`);
  });
}

/** Waits until the namespaces of earlier tests are gone, with everything that the operator still had to do in them. */
export async function awaitRemovals(): Promise<void> {
  const args = ["wait", "namespace", `--selector=${TEST_NAMESPACE_LABEL}=temporary`, "--for=delete", "--timeout=300s"];
  await kubectl(args, { timeoutMs: 310_000 });
}

/** Asks for the end of a namespace without waiting; workers need not drain, as nobody queries them any more. */
export async function removeNamespace(name: string): Promise<void> {
  await kubectl(["delete", "namespace", name, "--wait=false", "--ignore-not-found"]);
  await kubectl(["delete", "pods", "--all", `--namespace=${name}`, "--grace-period=1", "--wait=false"]);
}
