import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../runtime/object.ts";
import { observe } from "./observe.ts";
import type { LifecycleStores } from "./stores.ts";

const UID = "7a1c";
const labels = (component: string, revision = ""): Record<string, string> => ({
  "app.kubernetes.io/component": component,
  "trino.trino-operator.io/revision": revision,
});

function object(kind: string, name: string, more: object = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind,
    ...more,
    metadata: { name, namespace: "shop", uid: `uid-${name}`, ...(more as { metadata?: object }).metadata },
  };
}

/** Stores that hold the given objects, all of one cluster. */
function stores(held: Partial<Record<keyof LifecycleStores, readonly KubernetesObject[]>>): LifecycleStores {
  const store = (key: keyof LifecycleStores) => ({
    get: () => undefined,
    list: () => [],
    byIndex: (_: string, uid: string) => (uid === UID ? (held[key] ?? []) : []),
  });
  return {
    pods: store("pods"),
    statefulSets: store("statefulSets"),
    deployments: store("deployments"),
    jobs: store("jobs"),
    records: store("records"),
  } as unknown as LifecycleStores;
}

const seen = (held: Parameters<typeof stores>[0], schemaJob?: string) =>
  observe(stores(held), { uid: UID, targetSince: undefined, schemaJob, trino: { kind: "unasked" }, now: 1 });

const worker = (status: object) =>
  object("Deployment", "orders-worker-a-w1", {
    metadata: { labels: labels("worker", "w1"), creationTimestamp: "2026-01-01T10:00:00Z" },
    spec: {
      replicas: 2,
      template: { metadata: { labels: labels("worker", "w1"), annotations: { "trino.trino-operator.io/version": "476" } } },
    },
    status,
  });

describe("observe", () => {
  it("sees a worker Deployment by its template, not by its own labels", () => {
    expect(seen({ deployments: [worker({ readyReplicas: 1 })] }).workers).toMatchObject([
      { revision: "w1", version: 476, replicas: 2, ready: 1, problem: undefined },
    ]);
  });

  it.each([
    {
      name: "pods that cannot be created",
      condition: { type: "ReplicaFailure", status: "True", message: "exceeded quota" },
      reason: "ReplicaFailure",
    },
    {
      name: "workers that are late",
      condition: { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" },
      reason: "ProgressDeadlineExceeded",
    },
    {
      name: "nothing wrong in a rollout under way",
      condition: { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" },
      reason: undefined,
    },
  ])("reads from a Deployment's conditions: $name", ({ condition, reason }) => {
    expect(seen({ deployments: [worker({ conditions: [condition] })] }).workers[0]?.problem?.reason).toBe(reason);
  });

  it("takes neither a metastore for a worker nor a StatefulSet that is going for a coordinator", () => {
    const metastore = object("Deployment", "orders-metastore", { metadata: { labels: labels("metastore") }, status: { readyReplicas: 1 } });
    const going = object("StatefulSet", "orders-coordinator-a", {
      metadata: { labels: labels("coordinator"), deletionTimestamp: "2026-01-01T10:00:00Z" },
    });
    expect(seen({ deployments: [metastore], statefulSets: [going] })).toMatchObject({
      workers: [],
      coordinator: undefined,
      metastore: { ready: 1 },
    });
  });

  it("looks only at the Job of the schema that is wanted now", () => {
    const done = { metadata: { labels: labels("metastore-schema") }, status: { conditions: [{ type: "Complete", status: "True" }] } };
    const jobs = [object("Job", "schema-old", done), object("Job", "schema-new", { metadata: { labels: labels("metastore-schema") } })];
    expect(seen({ jobs }, "schema-new").metastore.schema).toBe("running");
    expect(seen({ jobs }, "schema-old").metastore.schema).toBe("complete");
    expect(seen({ jobs }, "schema-next").metastore.schema).toBe("absent");
  });

  it.each([
    { name: "trino", started: true, expected: true },
    { name: "trino", started: false, expected: false },
    { name: "sidecar", started: true, expected: false },
  ])("takes a pod for started when container $name says $started: $expected", ({ name, started, expected }) => {
    const pods = [object("Pod", "c", { metadata: { labels: labels("coordinator") }, status: { containerStatuses: [{ name, started }] } })];
    expect(seen({ pods }).pods[0]?.started).toBe(expected);
  });
});
