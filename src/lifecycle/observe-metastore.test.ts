import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../runtime/object.ts";
import type { ObservedMetastore } from "./observation.ts";
import { observeMetastore } from "./observe-metastore.ts";
import type { LifecycleStores } from "./stores.ts";

const UID = "7a1c";
const PREFIX = "trino.trino-operator.io";

interface More {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

function object(component: string, name: string, { metadata, ...more }: More = {}): KubernetesObject {
  const labels = { "app.kubernetes.io/component": component, ...(metadata as { labels?: object } | undefined)?.labels };
  return { apiVersion: "v1", kind: "Any", ...more, metadata: { name, uid: `uid-${name}`, ...metadata, labels } };
}

type Held = Partial<Record<"pods" | "jobs" | "deployments" | "statefulSets", readonly KubernetesObject[]>>;

function seen(held: Held, schemaJob?: string): ObservedMetastore {
  const store = (key: keyof Held) => ({ byIndex: (_: string, uid: string) => (uid === UID ? (held[key] ?? []) : []) });
  const stores = { pods: store("pods"), jobs: store("jobs"), deployments: store("deployments"), statefulSets: store("statefulSets") };
  return observeMetastore(stores as unknown as LifecycleStores, { uid: UID, schemaJob });
}

const COMPLETE = { conditions: [{ type: "Complete", status: "True" }], completionTime: "2026-01-01T10:01:00Z" };
const REPORT = { exitCode: 0, message: "schema=3.1.0 hive=4.0.0\n" };

const job = (status: object = {}, annotations: object = {}): KubernetesObject =>
  object("metastore-schema", "job", {
    metadata: {
      labels: { [`${PREFIX}/revision`]: "r" },
      annotations: {
        [`${PREFIX}/schema-task`]: "upgrade",
        [`${PREFIX}/metastore-database`]: "d",
        [`${PREFIX}/pod-template`]: "t",
        ...annotations,
      },
      creationTimestamp: "2026-01-01T10:00:00Z",
      resourceVersion: "7",
    },
    status,
  });

const jobPod = (state: object, phase = "Running"): KubernetesObject =>
  object("metastore-schema", "job-x", {
    metadata: { labels: { "job-name": "job" } },
    status: { phase, containerStatuses: [{ name: "schema", state }] },
  });

describe("a schema Job", () => {
  it("is known by its labels and annotations", () => {
    expect(seen({ jobs: [job()] }).jobs).toEqual([
      {
        name: "job",
        uid: "uid-job",
        resourceVersion: "7",
        task: "upgrade",
        revision: "r",
        database: "d",
        template: "t",
        state: "waiting",
        report: undefined,
        recorded: false,
        created: "2026-01-01T10:00:00Z",
        completed: undefined,
      },
    ]);
  });

  it.each([
    { name: "whose pod cannot start is waiting", status: {}, pods: [jobPod({ waiting: {} }, "Pending")], expected: "waiting" },
    { name: "whose container runs is running", status: {}, pods: [jobPod({ running: {} })], expected: "running" },
    {
      name: "whose first try failed is running",
      status: {},
      pods: [jobPod({ terminated: { exitCode: 2 } }, "Failed")],
      expected: "running",
    },
    { name: "that is complete", status: COMPLETE, pods: [], expected: "complete" },
    { name: "that failed", status: { conditions: [{ type: "Failed", status: "True" }] }, pods: [], expected: "failed" },
  ])("$name", ({ status, pods, expected }) => expect(seen({ jobs: [job(status)], pods }).jobs[0]?.state).toBe(expected));

  it.each([
    {
      name: "in the last words of its pod",
      held: { jobs: [job(COMPLETE)], pods: [jobPod({ terminated: REPORT }, "Succeeded")] },
      expected: { report: { schema: "3.1.0", hive: "4.0.0" }, recorded: false },
    },
    {
      name: "on itself, when the pod is gone",
      held: { jobs: [job(COMPLETE, { [`${PREFIX}/schema-version`]: "3.1.0", [`${PREFIX}/wanted-schema-version`]: "4.0.0" })] },
      expected: { report: { schema: "3.1.0", hive: "4.0.0" }, recorded: true },
    },
    { name: "nowhere, when nobody wrote it down", held: { jobs: [job(COMPLETE)] }, expected: { report: undefined, recorded: false } },
    {
      name: "not before it is complete",
      held: { jobs: [job()], pods: [jobPod({ terminated: REPORT }, "Succeeded")] },
      expected: { report: undefined },
    },
  ])("tells what it found $name", ({ held, expected }) => expect(seen(held).jobs[0]).toMatchObject(expected));

  it("is at work until its pod has ended, also when it is gone itself", () => {
    expect(seen({ pods: [jobPod({ running: {} })] })).toMatchObject({ jobs: [], atWork: ["job"] });
    expect(seen({ jobs: [job()], pods: [jobPod({ terminated: REPORT }, "Succeeded")] }).atWork).toEqual([]);
  });
});

describe("the database", () => {
  const database = (status: object): KubernetesObject =>
    object("metastore-db", "db", { metadata: { generation: 2 }, spec: { replicas: 1 }, status });

  it.each([
    { name: "is ready", status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 }, expected: true },
    {
      name: "is not ready before its controller has seen the newest template",
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
      expected: false,
    },
    {
      name: "is not ready while the old pod is",
      status: { observedGeneration: 2, replicas: 1, updatedReplicas: 0, readyReplicas: 1 },
      expected: false,
    },
    { name: "is not ready without a pod", status: { observedGeneration: 2 }, expected: false },
  ])("$name", ({ status, expected }) => expect(seen({ statefulSets: [database(status)] }).databaseReady).toBe(expected));
});

describe("the metastore's own workload", () => {
  const pod = (name: string, version: string, ready: boolean): KubernetesObject =>
    object("metastore", name, {
      metadata: { annotations: { [`${PREFIX}/hive-version`]: version } },
      status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
    });
  const workload = (status: object, replicas = 2): KubernetesObject =>
    object("metastore", "m", { metadata: { generation: 3 }, spec: { replicas }, status: { observedGeneration: 3, ...status } });

  it("has the version of the oldest pod that is ready", () => {
    const deployments = [workload({ replicas: 2, updatedReplicas: 1, readyReplicas: 2 })];
    const pods = [pod("a", "4.0.1", true), pod("b", "3.1.3", true), pod("c", "3.1.2", false)];
    expect(seen({ deployments, pods })).toMatchObject({ ready: 2, workload: { pods: 3, rolledOut: false, version: "3.1.3" } });
  });

  it.each([
    { name: "is rolled out", status: { replicas: 2, updatedReplicas: 2, readyReplicas: 2 }, replicas: 2, expected: true },
    {
      name: "is not while an old pod is there",
      status: { replicas: 3, updatedReplicas: 2, readyReplicas: 3 },
      replicas: 2,
      expected: false,
    },
    { name: "is when it shall have no pod and has none", status: {}, replicas: 0, expected: true },
    { name: "is not while one that it shall not have is there", status: { replicas: 1 }, replicas: 0, expected: false },
  ])("$name", ({ status, replicas, expected }) => {
    expect(seen({ deployments: [workload(status, replicas)] }).workload?.rolledOut).toBe(expected);
  });
});
