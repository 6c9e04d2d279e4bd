/** Clusters and observations for tests, grown by small modifiers. Clusters pass through the real `validate`. */
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import { metaTime } from "../runtime/time.ts";
import type { Cluster } from "../trino/cluster.ts";
import { validate } from "../trino/validate.ts";
import type { Attempt, Observation, ObservedPod, ObservedRevision, ObservedWorkload } from "./observation.ts";
import type { Target } from "./plan-types.ts";

/** The time of every observation that does not say otherwise. */
export const NOON: number = Date.parse("2026-01-01T12:00:00Z");

/** A valid cluster named "orders" of three workers; `spec` is laid over it. */
export function cluster(spec: Partial<TrinoCluster["spec"]> = {}): Cluster {
  const object: TrinoCluster = {
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name: "orders", namespace: "shop", uid: "7a1c" },
    spec: { version: 476, workers: { replicas: 3 }, ...spec },
  };
  return validate(object, {
    secrets: new Map(),
    configMaps: new Map(),
    internalSecret: { name: "orders-internal-1", key: "k", nameKey: "k" },
  });
}

/** The revisions that every test wants to reach. */
export const TARGET: Target = { version: 476, compatibility: "476 orders-internal-1", coordinator: "c-new", workers: "w-new" };

/** A ready pod. */
export function pod(component: ObservedPod["component"], name: string, more: Partial<ObservedPod> = {}): ObservedPod {
  const revision = component === "coordinator" ? TARGET.coordinator : component === "worker" ? TARGET.workers : "";
  return {
    name,
    uid: `uid-${name}`,
    resourceVersion: "1",
    component,
    revision,
    ready: true,
    started: true,
    deleting: false,
    deleteBy: undefined,
    deletingSince: undefined,
    ended: false,
    restarts: 0,
    created: "2026-01-01T10:00:00Z",
    unscheduledSince: undefined,
    withdrawnSince: undefined,
    drainSince: undefined,
    deletionCost: 0,
    readySince: "2026-01-01T10:01:00Z",
    unregisteredSince: undefined,
    ip: "192.0.2.1",
    node: "n1",
    problem: undefined,
    ...more,
  };
}

/** A worker Deployment with as many ready replicas as wanted ones. */
export function workload(revision: string, replicas: number, more: Partial<ObservedWorkload> = {}): ObservedWorkload {
  const created = "2026-01-01T10:00:00Z";
  return {
    name: `orders-worker-a-${revision}`,
    uid: `uid-${revision}`,
    resourceVersion: "1",
    revision,
    version: 476,
    compatibility: TARGET.compatibility,
    replicas,
    ready: replicas,
    created,
    problem: undefined,
    ...more,
  };
}

/** Workers w-0 … of a revision. */
export function workers(count: number, more: Partial<ObservedPod> = {}): readonly ObservedPod[] {
  return Array.from({ length: count }, (_, index) => pod("worker", `${more.revision ?? "w-new"}-${index}`, more));
}

/** What may differ of a revision; an attempt is one of itself, with the coordinator of that hash. */
export interface RevisionChange extends Partial<Omit<ObservedRevision, "attempt">> {
  readonly attempt?: (Omit<Attempt, "coordinator"> & Partial<Attempt>) | undefined;
}

/** A revision that was wanted two hours ago and passed its preflight. */
export function revision(role: ObservedRevision["role"], hash: string, { attempt, ...more }: RevisionChange = {}): ObservedRevision {
  const created = "2026-01-01T10:00:00Z";
  return {
    name: `orders-${role}-a-rev-${hash}`,
    uid: `uid-${hash}`,
    role,
    hash,
    version: 476,
    compatibility: TARGET.compatibility,
    created,
    preflight: "Passed",
    attempt: attempt && { coordinator: hash, ...attempt },
    replacedWorkers: 0,
    ...more,
  };
}

/** A settled cluster: coordinator and three workers of the target revision, all registered, no query. */
export function observation(more: Partial<Observation> = {}): Observation {
  return {
    at: NOON,
    time: metaTime(more.at ?? NOON),
    coordinator: workload(TARGET.coordinator, 1),
    workers: [workload(TARGET.workers, 3)],
    pods: [pod("coordinator", "orders-coordinator-a-0"), ...workers(3)],
    metastore: {
      present: false,
      databasePresent: false,
      databaseReady: false,
      databaseTemplate: undefined,
      schema: "absent",
      ready: 0,
      workload: undefined,
      jobs: [],
      atWork: [],
    },
    trino: { kind: "answered", version: "476", starting: false, registered: 3, queries: 0 },
    nodes: new Map(),
    addresses: undefined,
    revisions: [revision("coordinator", TARGET.coordinator), revision("worker", TARGET.workers)],
    targetSince: "2026-01-01T11:00:00Z",
    ...more,
  };
}
