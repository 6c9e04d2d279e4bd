/** Observes a cluster: from the caches and Trino's answer to an Observation. Makes no request and takes no decision. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject } from "../runtime/object.ts";
import { COMPONENT_LABEL, REVISION_LABEL, VERSION_ANNOTATION } from "../trino/labels.ts";
import { TRINO_CONTAINER } from "../trino/resources/trino-container.ts";
import type { Observation, ObservedMetastore, ObservedPod, ObservedTrino, ObservedWorkload } from "./observation.ts";
import { type PodStatusView, podProblem } from "./pod-problem.ts";
import type { Reason } from "./reasons.ts";
import { BY_CLUSTER, type LifecycleStores, type Live } from "./stores.ts";

/** Which cluster to observe, and what belongs to the answer but is not in the caches. */
export interface ObserveOptions {
  readonly uid: string;
  /** Since when the coordinator's target revision is wanted, RFC 3339; undefined when that is new. */
  readonly targetSince: string | undefined;
  /** The name of the Job that makes the schema that is wanted now; an older Job says nothing about it. */
  readonly schemaJob: string | undefined;
  readonly trino: ObservedTrino;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Makes the observation of one cluster. */
export function observe(stores: LifecycleStores, { uid, targetSince, schemaJob, trino, now }: ObserveOptions): Observation {
  const statefulSets = stores.statefulSets.byIndex(BY_CLUSTER, uid);
  const deployments = stores.deployments.byIndex(BY_CLUSTER, uid).filter(alive);
  const coordinator = statefulSets.filter(alive).find((set) => componentOf(set) === "coordinator");
  return {
    at: now,
    coordinator: coordinator && observeWorkload(coordinator),
    workers: deployments.filter((deployment) => componentOf(deployment) === "worker").map(observeWorkload),
    pods: stores.pods.byIndex(BY_CLUSTER, uid).map(observePod),
    metastore: observeMetastore(stores, uid, schemaJob),
    trino,
    targetSince,
  };
}

function observeWorkload(workload: Live<IStatefulSet> | Live<IDeployment>): ObservedWorkload {
  const template = workload.spec?.template.metadata;
  const version = Number(template?.annotations?.[VERSION_ANNOTATION]);
  return {
    name: workload.metadata.name,
    uid: workload.metadata.uid ?? "",
    revision: template?.labels?.[REVISION_LABEL] ?? "",
    version: Number.isInteger(version) ? version : undefined,
    replicas: workload.spec?.replicas ?? 0,
    ready: workload.status?.readyReplicas ?? 0,
    created: workload.metadata.creationTimestamp ?? "",
    problem: workloadProblem(workload),
  };
}

/** Pods that cannot even be made (quota, admission), or that do not become ready in time, show only here. */
function workloadProblem(workload: Live<IStatefulSet> | Live<IDeployment>): ObservedWorkload["problem"] {
  const conditions = workload.status?.conditions ?? [];
  const { name } = workload.metadata;
  const failure = conditions.find((condition) => condition.type === "ReplicaFailure" && condition.status === "True");
  if (failure) return { reason: "ReplicaFailure" satisfies Reason, message: `${name}: ${failure.message ?? "pods cannot be created"}` };
  const late = conditions.some((condition) => condition.type === "Progressing" && condition.reason === "ProgressDeadlineExceeded");
  return late
    ? { reason: "ProgressDeadlineExceeded" satisfies Reason, message: `${name}: its pods did not become ready in time` }
    : undefined;
}

function observePod(pod: Live<IPod>): ObservedPod {
  const { metadata, status } = pod;
  return {
    name: metadata.name,
    uid: metadata.uid ?? "",
    component: (metadata.labels?.[COMPONENT_LABEL] ?? "worker") as ObservedPod["component"],
    revision: metadata.labels?.[REVISION_LABEL] ?? "",
    ready: status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false,
    started: status?.containerStatuses?.some((container) => container.name === TRINO_CONTAINER && container.started === true) ?? false,
    deleting: metadata.deletionTimestamp !== undefined,
    ip: status?.podIP,
    node: pod.spec?.nodeName,
    problem: podProblem(metadata.name, (status ?? {}) as PodStatusView),
  };
}

function observeMetastore(stores: LifecycleStores, uid: string, schemaJob: string | undefined): ObservedMetastore {
  const job = stores.jobs
    .byIndex(BY_CLUSTER, uid)
    .find((candidate) => alive(candidate) && (schemaJob === undefined || candidate.metadata.name === schemaJob));
  const workloads = [...stores.statefulSets.byIndex(BY_CLUSTER, uid), ...stores.deployments.byIndex(BY_CLUSTER, uid)].filter(alive);
  const ready = (component: string): number =>
    workloads.find((workload) => componentOf(workload) === component)?.status?.readyReplicas ?? 0;
  const finished = (type: string): boolean =>
    job?.status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
  const outcome = finished("Complete") ? "complete" : finished("Failed") ? "failed" : "running";
  return { databaseReady: ready("metastore-db") > 0, schema: job ? outcome : "absent", ready: ready("metastore") };
}

function componentOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[COMPONENT_LABEL];
}

function alive(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp === undefined;
}
