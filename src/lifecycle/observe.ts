/** Observes a cluster: from the caches and Trino's answer to an Observation. Makes no request and takes no decision. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject } from "../runtime/object.ts";
import { metaTime } from "../runtime/time.ts";
import type { RoleName } from "../trino/cluster.ts";
import { compatibilityOf } from "../trino/compatibility.ts";
import {
  ATTEMPT_ANNOTATION,
  COMPONENT_LABEL,
  CONFIGURATION_ANNOTATION,
  DELETION_COST_ANNOTATION,
  DRAIN_ANNOTATION,
  PREFLIGHT_ANNOTATION,
  REPLACED_ANNOTATION,
  REVISION_LABEL,
  UNREGISTERED_ANNOTATION,
  VERSION_ANNOTATION,
  WITHDRAWN_ANNOTATION,
} from "../trino/labels.ts";
import { TRINO_CONTAINER } from "../trino/resources/trino-container.ts";
import type { Attempt, Observation, ObservedPod, ObservedRevision, ObservedTrino, ObservedWorkload } from "./observation.ts";
import { observeMetastore } from "./observe-metastore.ts";
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

/** Makes the observation of one cluster, in which no worker was asked anything. */
export function observe(stores: LifecycleStores, { uid, targetSince, schemaJob, trino, now }: ObserveOptions): Observation {
  const statefulSets = stores.statefulSets.byIndex(BY_CLUSTER, uid);
  const deployments = stores.deployments.byIndex(BY_CLUSTER, uid).filter(alive);
  const coordinator = statefulSets.filter(alive).find((set) => componentOf(set) === "coordinator");
  return {
    at: now,
    time: metaTime(now),
    coordinator: coordinator && observeWorkload(coordinator),
    workers: deployments.filter((deployment) => componentOf(deployment) === "worker").map(observeWorkload),
    pods: stores.pods.byIndex(BY_CLUSTER, uid).map(observePod),
    metastore: observeMetastore(stores, { uid, schemaJob }),
    trino,
    nodes: new Map(),
    addresses: undefined,
    revisions: stores.records.byIndex(BY_CLUSTER, uid).filter(isRevision).map(observeRevision),
    targetSince,
  };
}

/** The StatefulSet controller keeps ControllerRevisions of its own, with our labels. */
export function isRevision(record: KubernetesObject): boolean {
  return record.metadata.annotations?.[CONFIGURATION_ANNOTATION] !== undefined;
}

/** What a ControllerRevision of ours remembers. */
export function observeRevision({ metadata }: KubernetesObject): ObservedRevision {
  const annotations = metadata.annotations ?? {};
  const hash = metadata.labels?.[REVISION_LABEL] ?? "";
  const preflight = annotations[PREFLIGHT_ANNOTATION];
  const attempt = annotations[ATTEMPT_ANNOTATION];
  return {
    name: metadata.name,
    uid: metadata.uid ?? "",
    role: metadata.labels?.[COMPONENT_LABEL] as RoleName,
    hash,
    version: Number(annotations[VERSION_ANNOTATION]),
    compatibility: compatibilityOf(annotations) ?? "",
    created: metadata.creationTimestamp ?? "",
    preflight: preflight === "Passed" || preflight === "Skipped" ? preflight : undefined,
    // An earlier operator did not name the coordinator, with whose revision it kept every attempt.
    attempt: attempt === undefined ? undefined : { coordinator: hash, ...(JSON.parse(attempt) as Omit<Attempt, "coordinator">) },
    replacedWorkers: Number(annotations[REPLACED_ANNOTATION] ?? 0),
  };
}

function observeWorkload(workload: Live<IStatefulSet> | Live<IDeployment>): ObservedWorkload {
  const template = workload.spec?.template.metadata;
  const version = Number(template?.annotations?.[VERSION_ANNOTATION]);
  return {
    name: workload.metadata.name,
    uid: workload.metadata.uid ?? "",
    resourceVersion: workload.metadata.resourceVersion ?? "",
    revision: template?.labels?.[REVISION_LABEL] ?? "",
    version: Number.isInteger(version) ? version : undefined,
    compatibility: compatibilityOf(template?.annotations),
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

/** What is seen of one pod. */
export function observePod(pod: Live<IPod>): ObservedPod {
  const { metadata, status } = pod;
  const annotations = metadata.annotations ?? {};
  const trino = status?.containerStatuses?.find((container) => container.name === TRINO_CONTAINER);
  const scheduled = status?.conditions?.find((condition) => condition.type === "PodScheduled");
  const ready = status?.conditions?.find((condition) => condition.type === "Ready" && condition.status === "True");
  return {
    name: metadata.name,
    uid: metadata.uid ?? "",
    resourceVersion: metadata.resourceVersion ?? "",
    component: (metadata.labels?.[COMPONENT_LABEL] ?? "worker") as ObservedPod["component"],
    revision: metadata.labels?.[REVISION_LABEL] ?? "",
    ready: ready !== undefined,
    started: trino?.started === true,
    deleting: metadata.deletionTimestamp !== undefined,
    deleteBy: metadata.deletionTimestamp,
    deletingSince: deletingSince(metadata),
    ended: status?.phase === "Failed" || status?.phase === "Succeeded",
    restarts: trino?.restartCount ?? 0,
    created: metadata.creationTimestamp ?? "",
    unscheduledSince: scheduled?.status === "False" ? scheduled.lastTransitionTime : undefined,
    withdrawnSince: annotations[WITHDRAWN_ANNOTATION],
    drainSince: annotations[DRAIN_ANNOTATION],
    deletionCost: Number(annotations[DELETION_COST_ANNOTATION] ?? 0),
    readySince: ready?.lastTransitionTime,
    unregisteredSince: annotations[UNREGISTERED_ANNOTATION],
    ip: status?.podIP,
    node: pod.spec?.nodeName,
    problem: podProblem(metadata.name, (status ?? {}) as PodStatusView),
  };
}

/** A deletionTimestamp is when the pod must be gone. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
function deletingSince({ deletionTimestamp, deletionGracePeriodSeconds }: KubernetesObject["metadata"]): string | undefined {
  if (deletionTimestamp === undefined) return undefined;
  return new Date(Date.parse(deletionTimestamp) - (deletionGracePeriodSeconds ?? 0) * 1000).toISOString();
}

function componentOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[COMPONENT_LABEL];
}

function alive(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp === undefined;
}
