/**
 * The CRD on a real API server. It is installed under names of its own, so that no operator acts on what is created here,
 * and nobody's `kubectl get trino` finds it.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { GROUP, KIND, PLURAL } from "../../src/api/v1alpha1/group.ts";
import { type Example, examples, objectOf } from "../crd/examples.ts";
import { kubeconfig } from "../e2e/harness/target.ts";

const repository = join(import.meta.dirname, "../..");
const crdFile = join(repository, `config/crd/bases/${GROUP}_${PLURAL}.yaml`);
const group = "contract-test.trino-operator.io";
const plural = "contracttrinos";
const resource = `${plural}.${group}`;
const namespace = `crd-contract-${process.pid}`;

/** Moves the CRD, or a manifest, to the names of this test. */
function renamed(text: string): string {
  return text
    .replaceAll(GROUP, group)
    .replaceAll(KIND, "ContractTrino")
    .replaceAll(PLURAL, plural)
    .replaceAll("singular: trinocluster", "singular: contracttrino")
    .replaceAll("- trino\n", "- contract\n")
    .replaceAll("- all\n", "- contract\n");
}

interface Answer {
  readonly ok: boolean;
  readonly text: string;
}

function kubectl(args: readonly string[], input = ""): Answer {
  const { status, stdout, stderr } = spawnSync(join(repository, "hack/kubectl.sh"), args, {
    cwd: repository,
    env: { ...process.env, KUBECONFIG: kubeconfig() },
    encoding: "utf8",
    input,
  });
  return { ok: status === 0, text: `${stdout}${stderr}` };
}

function expectOk(answer: Answer): string {
  expect(answer).toMatchObject({ ok: true });
  return answer.text;
}

/** The field and the cure are named. */
function expectRefused(answer: Answer, example: Example): void {
  expect(answer.ok).toBe(false);
  expect(answer.text).toContain(example.refused);
  expect(answer.text).toMatch(/spec|metadata\.name/);
}

function manifest(example: Example, spec: object): string {
  return renamed(dump(objectOf(example, spec)));
}

beforeAll(async () => {
  const copy = renamed(readFileSync(crdFile, "utf8"));
  expectOk(kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], copy));
  // kubectl wait fails at once while there are no conditions yet, and discovery is behind for a moment.
  await vi.waitFor(() => expectOk(kubectl(["get", resource, "-n", "default"])), { timeout: 60_000, interval: 500 });
  expectOk(kubectl(["create", "namespace", namespace]));
});

afterAll(() => {
  kubectl(["delete", "namespace", namespace, "--wait=false"]);
  kubectl(["delete", "crd", resource, "--wait=false"]);
});

test("the API server takes the committed CRD without a warning", () => {
  const text = expectOk(kubectl(["apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", crdFile]));
  expect(text.split("\n").filter((line) => line.startsWith("Warning:"))).toEqual([]);
});

const creations = examples.filter(({ was }) => was === undefined);
const changes = examples.filter(({ was }) => was !== undefined);
const isRefused = ({ refused }: Example): boolean => refused !== undefined;
const isTaken = ({ refused }: Example): boolean => refused === undefined;

function create(example: Example): Answer {
  return kubectl(["create", "-n", namespace, "--dry-run=server", "-f", "-"], manifest(example, example.spec));
}

test.each(creations.filter(isTaken))("$name", (example) => {
  expectOk(create(example));
});

test.each(creations.filter(isRefused))("$name", (example) => {
  expectRefused(create(example), example);
});

/** Creates what was, and replaces it. */
function change(example: Example): Answer {
  expectOk(kubectl(["create", "-n", namespace, "-f", "-"], manifest(example, example.was ?? {})));
  onTestFinished(() => void kubectl(["delete", resource, "lakehouse", "-n", namespace]));
  return kubectl(["replace", "-n", namespace, "-f", "-"], manifest(example, example.spec));
}

test.each(changes.filter(isTaken))("$name", (example) => {
  expectOk(change(example));
});

test.each(changes.filter(isRefused))("$name", (example) => {
  expectRefused(change(example), example);
});

test.each(globSync("config/samples/trino_*.yaml", { cwd: repository }))("%s has no unknown field and is taken", (sample) => {
  const text = renamed(readFileSync(join(repository, sample), "utf8"));
  expectOk(kubectl(["create", "-n", namespace, "--dry-run=server", "--validate=strict", "-f", "-"], text));
});

test("kubectl refuses an unknown field by its name", () => {
  const answer = kubectl(
    ["create", "-n", namespace, "--dry-run=server", "-f", "-"],
    manifest({ name: "", spec: {} }, { version: 476, worker: { replicas: 3 } }),
  );
  expect(answer.ok).toBe(false);
  expect(answer.text).toContain('unknown field "spec.worker"');
});

test.each([
  { field: "spec.workers.drainTimeout", text: "Default: 30m" },
  { field: "spec.workers.rollout.progressDeadline", text: "Default: 15m" },
  { field: "spec.coordinator.jvm.heapPercent", text: "percent of the memory limit" },
  { field: "spec.hiveMetastore.database.embedded.storage", text: "Default: 5Gi" },
  { field: "status.workers.registered", text: "the coordinator counts as active" },
])("kubectl explain says about $field: $text", ({ field, text }) => {
  const shown = expectOk(kubectl(["explain", `${plural}.${field}`, `--api-version=${group}/v1alpha1`]));
  expect(shown.replaceAll(/\s+/g, " ")).toContain(text);
});

test("two workers are the default, kubectl scale changes their number, and kubectl get shows the state in columns", () => {
  const example = { name: "", objectName: "columns", spec: { version: 476 } };
  expectOk(kubectl(["create", "-n", namespace, "-f", "-"], manifest(example, example.spec)));
  const replicas = () => kubectl(["get", resource, "columns", "-n", namespace, "-o", "jsonpath={.spec.workers.replicas}"]).text;
  expect(replicas()).toBe("2");
  expectOk(kubectl(["scale", resource, "columns", "-n", namespace, "--replicas=3"]));
  expect(replicas()).toBe("3");
  const condition = { type: "Ready", status: "False", reason: "WorkersMissing", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" };
  const status = { version: 476, workers: { summary: "2/3", replicas: 3 }, selector: "a=b", conditions: [condition] };
  expectOk(
    kubectl(["patch", resource, "columns", "-n", namespace, "--subresource=status", "--type=merge", "-p", JSON.stringify({ status })]),
  );
  const [head, row] = expectOk(kubectl(["get", resource, "columns", "-n", namespace]))
    .trim()
    .split("\n");
  expect(head?.trim().split(/\s+/)).toEqual(["NAME", "READY", "VERSION", "WORKERS", "STATUS", "AGE"]);
  expect(row?.trim().split(/\s+/).slice(0, 5)).toEqual(["columns", "False", "476", "2/3", "WorkersMissing"]);
});

test("the scale subresource shows the worker pods and their selector to autoscalers", () => {
  const path = `/apis/${group}/v1alpha1/namespaces/${namespace}/${plural}/columns/scale`;
  const scale = JSON.parse(expectOk(kubectl(["get", "--raw", path]))) as { spec: object; status: object };
  expect(scale.spec).toEqual({ replicas: 3 });
  expect(scale.status).toEqual({ replicas: 3, selector: "a=b" });
});
