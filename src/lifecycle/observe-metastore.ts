/** Observes the managed metastore: its database, the Jobs of its schema, its own pods. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject } from "../runtime/object.ts";
import { compareSchemaVersions } from "../trino/hive-versions.ts";
import {
  COMPONENT_LABEL,
  DATABASE_ANNOTATION,
  HIVE_VERSION_ANNOTATION,
  REVISION_LABEL,
  SCHEMA_TASK_ANNOTATION,
  SCHEMA_VERSION_ANNOTATION,
  TEMPLATE_ANNOTATION,
  WANTED_SCHEMA_VERSION_ANNOTATION,
} from "../trino/labels.ts";
import { METASTORE_CONTAINERS } from "../trino/resources/metastore/pod-patch.ts";
import { parseSchemaReport } from "../trino/resources/metastore/schema-script.ts";
import type { ObservedMetastore, ObservedMetastoreWorkload, ObservedSchemaJob } from "./observation.ts";
import { BY_CLUSTER, type LifecycleStores, type Live } from "./stores.ts";

/** The label by which the Job controller tells its pods. Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#job-name */
const JOB_NAME_LABEL = "job-name";

/** Observes the metastore of one cluster; `schemaJob` is the name of the Job that makes the schema that is wanted now. */
export function observeMetastore(
  stores: LifecycleStores,
  { uid, schemaJob }: { uid: string; schemaJob: string | undefined },
): ObservedMetastore {
  const pods = stores.pods.byIndex(BY_CLUSTER, uid);
  const schemaPods = pods.filter((pod) => componentOf(pod) === "metastore-schema");
  const jobs = stores.jobs.byIndex(BY_CLUSTER, uid).filter((job) => alive(job) && componentOf(job) === "metastore-schema");
  const database = stores.statefulSets.byIndex(BY_CLUSTER, uid).find((set) => alive(set) && componentOf(set) === "metastore-db");
  const workload = stores.deployments.byIndex(BY_CLUSTER, uid).find((each) => alive(each) && componentOf(each) === "metastore");
  const wanted = jobs.find(({ metadata }) => schemaJob === undefined || metadata.name === schemaJob);
  return {
    present: workload !== undefined || database !== undefined || jobs.length > 0,
    databasePresent: database !== undefined,
    databaseReady: database !== undefined && (database.spec?.replicas ?? 0) > 0 && isRolledOut(database),
    databaseTemplate: database && templateOf(database),
    schema: wanted ? schemaStateOf(wanted) : "absent",
    ready: workload?.status?.readyReplicas ?? 0,
    workload: workload && observeWorkload(workload, pods),
    jobs: jobs.map((job) => observeJob(job, schemaPods)),
    atWork: [...new Set(schemaPods.filter((pod) => !hasEnded(pod)).map(jobOf))],
  };
}

function observeWorkload(workload: Live<IDeployment>, all: readonly Live<IPod>[]): ObservedMetastoreWorkload {
  const pods = all.filter((pod) => componentOf(pod) === "metastore" && !hasEnded(pod));
  const [version] = pods
    .filter(isReady)
    .flatMap(({ metadata }) => metadata.annotations?.[HIVE_VERSION_ANNOTATION] ?? [])
    .sort(compareSchemaVersions);
  const replicas = workload.spec?.replicas ?? 0;
  return { replicas, pods: pods.length, template: templateOf(workload), rolledOut: isRolledOut(workload), version };
}

function templateOf({ metadata }: KubernetesObject): string {
  return metadata.annotations?.[TEMPLATE_ANNOTATION] ?? "";
}

/** As `kubectl rollout status` tells it. Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment */
function isRolledOut({ metadata, spec, status }: Live<IDeployment> | Live<IStatefulSet>): boolean {
  const wanted = spec?.replicas ?? 0;
  const counts = [status?.replicas, status?.updatedReplicas, status?.readyReplicas];
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) && counts.every((count) => (count ?? 0) === wanted);
}

function observeJob(job: Live<IJob>, schemaPods: readonly Live<IPod>[]): ObservedSchemaJob {
  const { name, uid = "", resourceVersion = "", labels = {}, annotations = {}, creationTimestamp: created = "" } = job.metadata;
  const pods = schemaPods.filter((pod) => jobOf(pod) === name);
  const outcome = schemaStateOf(job);
  const complete = outcome === "complete";
  const recorded = recordedReport(annotations);
  return {
    name,
    uid,
    resourceVersion,
    task: annotations[SCHEMA_TASK_ANNOTATION] === "upgrade" ? "upgrade" : "prepare",
    revision: labels[REVISION_LABEL] ?? "",
    database: annotations[DATABASE_ANNOTATION] ?? "",
    template: annotations[TEMPLATE_ANNOTATION] ?? "",
    state: outcome === "running" && !pods.some(hasBegun) ? "waiting" : outcome,
    report: complete ? (recorded ?? pods.map(reportOf).find((report) => report !== undefined)) : undefined,
    recorded: recorded !== undefined,
    created,
    completed: complete ? (job.status?.completionTime ?? created) : undefined,
  };
}

function recordedReport(annotations: Readonly<Record<string, string>>): ObservedSchemaJob["report"] {
  const { [SCHEMA_VERSION_ANNOTATION]: schema, [WANTED_SCHEMA_VERSION_ANNOTATION]: hive } = annotations;
  return schema === undefined || hive === undefined ? undefined : { schema, hive };
}

function schemaStateOf({ status }: Live<IJob>): "running" | "complete" | "failed" {
  const finished = (type: string): boolean =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;
  return finished("Complete") ? "complete" : finished("Failed") ? "failed" : "running";
}

function reportOf({ status }: Live<IPod>): ObservedSchemaJob["report"] {
  const terminated = containerOf(status, METASTORE_CONTAINERS.schema)?.state?.terminated;
  return terminated?.exitCode === 0 ? parseSchemaReport(terminated.message ?? "") : undefined;
}

function hasBegun({ status }: Live<IPod>): boolean {
  const state = containerOf(status, METASTORE_CONTAINERS.schema)?.state;
  return state?.running !== undefined || state?.terminated !== undefined;
}

function containerOf(status: IPod["status"], name: string): ContainerStatus | undefined {
  return status?.containerStatuses?.find((container) => container.name === name);
}

type ContainerStatus = NonNullable<NonNullable<IPod["status"]>["containerStatuses"]>[number];

function hasEnded({ status }: Live<IPod>): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function isReady({ status }: Live<IPod>): boolean {
  return status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
}

function jobOf({ metadata }: KubernetesObject): string {
  return metadata.labels?.[JOB_NAME_LABEL] ?? metadata.name;
}

function componentOf(object: KubernetesObject): string | undefined {
  return object.metadata.labels?.[COMPONENT_LABEL];
}

function alive(object: KubernetesObject): boolean {
  return object.metadata.deletionTimestamp === undefined;
}
