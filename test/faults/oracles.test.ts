import { expect, it } from "vitest";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { differences, dumpOf, noiseOf } from "./dump.ts";
import { deviations, faultsOf, type Trace, tallyOf } from "./oracles.ts";
import type { Entry } from "./proxy.ts";
import { CANARY } from "./scenarios.ts";

const QUIET: Trace = { served: false, log: [], lines: [], unplanned: [], news: [], objects: [], events: [] };
const object = (kind: string, name: string, more: object = {}): KubernetesObject =>
  ({ apiVersion: "v1", kind, metadata: { namespace: "n", name }, ...more }) as KubernetesObject;
const entry = (verb: Entry["verb"], resource: string, more: Partial<Entry> = {}): Entry => ({
  ...{ verb, resource, subresource: "", namespace: "n", name: "c", at: 0, body: "{}", status: 200 },
  ...more,
});
const status = (...conditions: readonly (readonly [type: string, status: string, reason: string])[]): Entry =>
  entry("patch", "trinoclusters", {
    subresource: "status",
    body: JSON.stringify({ status: { conditions: conditions.map(([type, value, reason]) => ({ type, status: value, reason })) } }),
  });
const pod = { namespace: "n", kind: "created", component: "worker", version: "476", name: "c-worker-1" } as const;
const warning = { type: "Warning", reason: "Odd" } as const;

it.each<[name: string, Trace, string]>([
  ["an end that nobody asked for", { ...QUIET, unplanned: ["ended with 1"] }, "the operator ended with 1"],
  ["an error in the log", { ...QUIET, lines: ['{"level":"error","message":"reconcile failed"}'] }, "log: "],
  ["a line that is no log line, as of an unhandled rejection", { ...QUIET, lines: ["    at f (file:///a.ts:1:1)"] }, "log: "],
  ["a secret value in the log", { ...QUIET, lines: [`{"message":"${CANARY}"}`] }, "a secret value in the log"],
  [
    "a secret value in an object",
    { ...QUIET, objects: [object("ConfigMap", "c-worker", { data: { a: CANARY } })] },
    "a secret value in ConfigMap c-worker",
  ],
  [
    "a secret of the operator's own in an object",
    {
      ...QUIET,
      objects: [
        object("Secret", "c-internal-1", { data: { key: Buffer.from("made").toString("base64") } }),
        object("Pod", "p", { a: "made" }),
      ],
    },
    "a secret value in Pod p",
  ],
  ["a delete that does not say of what", { ...QUIET, log: [entry("delete", "pods")] }, "delete pods c without the UID of what it means"],
])("finds %s", (_name, trace, problem) => {
  expect(faultsOf(QUIET, false)).toEqual([]);
  expect(faultsOf(trace, false).join()).toContain(problem);
});

it.each<[name: string, Partial<Trace>, string]>([
  [
    "a write more than a retry explains",
    { log: [entry("patch", "services"), entry("patch", "services")] },
    "writes: patch services c 2 times, not 0",
  ],
  ["a pod that need not have come", { news: [pod] }, "pods: worker 476 created 1 times, not 0"],
  ["that a person was called", { log: [status(["Degraded", "True", "Odd"])] }, "told: Odd"],
  [
    "that it was not available for a while",
    { log: [status(["Available", "True", "Serving"]), status(["Available", "False", "Odd"])] },
    "told: Odd",
  ],
  [
    "a warning",
    { events: [{ ...object("Event", "e"), ...warning, reportingController: "trino-operator.io/trino-operator" }] },
    "told: Odd",
  ],
])("finds %s", (_name, more, problem) => {
  expect(deviations(tallyOf(QUIET), tallyOf({ ...QUIET, ...more }), { allowance: 1, alarms: [] })).toEqual([problem]);
});

it.each<[name: string, Partial<Trace>]>([
  ["one write twice", { log: [entry("patch", "services")] }],
  ["a write that was refused", { log: [entry("patch", "services", { status: 409 }), entry("patch", "services", { status: 409 })] }],
  ["a cluster that does not serve yet", { log: [status(["Available", "False", "Starting"], ["Degraded", "False", "NoProblem"])] }],
  ["a warning of Kubernetes about itself", { events: [{ ...object("Event", "e"), ...warning, reportingController: "ipallocator" }] }],
])("does not mind %s", (_name, more) => {
  expect(deviations(tallyOf(QUIET), tallyOf({ ...QUIET, ...more }), { allowance: 1, alarms: [] })).toEqual([]);
});

/** A run: what is random in names and values is `salt`. */
function run(salt: number, more: readonly KubernetesObject[] = [], text = "same"): readonly KubernetesObject[] {
  const hash = `${salt}`.padStart(10, "a");
  const template = `${salt}`.padStart(9, "b");
  const uid = `00000000-0000-0000-0000-${`${salt}`.padStart(12, "0")}`;
  return [
    { ...object("TrinoCluster", "c"), metadata: { namespace: "n", name: "c", uid } },
    object("ConfigMap", `c-worker-${hash}`, { data: { text, ip: `198.18.0.${salt}`, at: `2026-01-01T00:00:0${salt}Z` } }),
    {
      ...object("Pod", ""),
      metadata: { namespace: "n", name: `c-worker-${template}-x${salt}x2z`, labels: { "pod-template-hash": template, of: hash, uid } },
    },
    ...more,
  ];
}

it("sees no difference in what is random", () => {
  expect(differences(dumpOf(run(1), "n"), dumpOf(run(2), "n"))).toEqual([]);
});

it("sees an object too many, one that is missing, and another text under another hash", () => {
  const [plain, more, other] = [run(1), run(2, [object("Service", "left")]), run(3, [], "other")].map((objects) => dumpOf(objects, "n"));
  if (!plain || !more || !other) throw new Error("three dumps");
  expect(differences(plain, more)).toEqual(["too many: Service left [0]"]);
  expect(differences(more, plain)).toEqual(["missing: Service left [0]"]);
  expect(differences(plain, other).length).toBeGreaterThan(0);
  expect(differences(plain, more, noiseOf(plain, more))).toEqual([]);
});
