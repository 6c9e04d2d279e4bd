/**
 * What is there now: plain data about pods, workloads and Trino, with the time at which it was seen.
 * `observe` makes it; `plan` decides on nothing else.
 */
import type { RoleName } from "../trino/cluster.ts";
import type { SchemaReport } from "../trino/resources/metastore/schema-script.ts";

/** Why a pod does not run as it should, in words for a person; never the value of a property. */
export interface PodProblem {
  /** A CamelCase reason for conditions and events, e.g. `ConfigurationRefused`. */
  readonly reason: string;
  readonly message: string;
}

/** One pod of a cluster. */
export interface ObservedPod {
  readonly name: string;
  readonly uid: string;
  /** Which state of it was seen. */
  readonly resourceVersion: string;
  readonly component: RoleName | "preflight" | "metastore" | "metastore-db" | "metastore-schema";
  /** The revision that it was made from; empty for components without revisions. */
  readonly revision: string;
  readonly ready: boolean;
  /** True once its start-up probe has passed, and until its container ends: it may serve even when it is not ready. */
  readonly started: boolean;
  /** True from the moment of its delete until it is gone. */
  readonly deleting: boolean;
  /** When the kubelet must have ended it, RFC 3339; undefined when it is not being deleted. */
  readonly deleteBy: string | undefined;
  /** When its delete began, RFC 3339. */
  readonly deletingSince: string | undefined;
  /** True when it has ended for good: it is never started again. */
  readonly ended: boolean;
  /** How often its Trino was started again. */
  readonly restarts: number;
  /** RFC 3339. */
  readonly created: string;
  /** Since when no node has room for it, RFC 3339. */
  readonly unscheduledSince: string | undefined;
  /** A coordinator's: since when clients are not sent to it any more, RFC 3339. */
  readonly withdrawnSince: string | undefined;
  /** A worker's: since when the operator wants it drained, RFC 3339. */
  readonly drainSince: string | undefined;
  /** Its ReplicaSet removes pods with a lower one first; 0 where nobody said otherwise. */
  readonly deletionCost: number;
  /** Since when it is ready, RFC 3339. */
  readonly readySince: string | undefined;
  /** A worker's: since when the coordinator does not know it though it is ready, RFC 3339. */
  readonly unregisteredSince: string | undefined;
  readonly ip: string | undefined;
  readonly node: string | undefined;
  readonly problem: PodProblem | undefined;
}

/** What a Trino node says of itself. Source: https://trino.io/docs/current/admin/graceful-shutdown.html */
export type ObservedNode =
  | { readonly kind: "silent" }
  | {
      readonly kind: "answered";
      readonly state: "INACTIVE" | "ACTIVE" | "DRAINING" | "DRAINED" | "SHUTTING_DOWN";
      /** Tasks that are not finished. */
      readonly tasks: number;
    };

/** A revision of a role, as its ControllerRevision remembers it. */
export interface ObservedRevision {
  readonly name: string;
  readonly uid: string;
  readonly role: RoleName;
  readonly hash: string;
  readonly version: number;
  readonly compatibility: string;
  /** RFC 3339: when it was wanted for the first time. */
  readonly created: string;
  /** How its preflight ended. */
  readonly preflight: "Passed" | "Skipped" | undefined;
  /** A coordinator's: the last time that it was brought to serve. A worker's: the last time that it alone was new to a coordinator. */
  readonly attempt: Attempt | undefined;
  /** A worker's: how many of its pods were replaced because the coordinator did not know them. */
  readonly replacedWorkers: number;
}

/**
 * One attempt to let a pair of revisions serve. It is kept with the coordinator's revision, or with the workers' where they alone
 * are tried: the coordinator's still tells then with which others it has served.
 */
export interface Attempt {
  /** The revision of the coordinator. */
  readonly coordinator: string;
  /** The revision of the workers. */
  readonly workers: string;
  /** RFC 3339: when it began, or when it was seen to serve again after another pair had been tried. */
  readonly since: string;
  readonly result: "Pending" | "Served" | "Failed";
  /** Why it failed; empty otherwise. */
  readonly reason: string;
}

/** A StatefulSet or Deployment of ours. */
export interface ObservedWorkload {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly revision: string;
  /** The Trino version of its template; undefined where it has none. */
  readonly version: number | undefined;
  /** What all nodes of a Trino cluster must have in common: see `compatibilityOf`. */
  readonly compatibility: string | undefined;
  readonly replicas: number;
  readonly ready: number;
  /** RFC 3339. */
  readonly created: string;
  readonly problem: PodProblem | undefined;
}

/** A Job that makes, checks or upgrades the metastore's schema. */
export interface ObservedSchemaJob {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly task: "prepare" | "upgrade";
  /** Hash over the database, the credentials and the Hive that it works with. */
  readonly revision: string;
  /** Hash of the database's address. */
  readonly database: string;
  /** Hash of its pod template. */
  readonly template: string;
  /** `waiting` until the first of its pods has begun with the schema. */
  readonly state: "waiting" | "running" | "complete" | "failed";
  /** What it found or left in the database; undefined when it is not complete, or when nobody took its word down in time. */
  readonly report: SchemaReport | undefined;
  /** True once its report stands on the Job itself: its pod may go at any time. */
  readonly recorded: boolean;
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339; undefined when it is not complete. */
  readonly completed: string | undefined;
}

/** The metastore's own Deployment. */
export interface ObservedMetastoreWorkload {
  /** Replicas that its spec asks for. */
  readonly replicas: number;
  /** Pods that are there, those that are going included. */
  readonly pods: number;
  /** Hash of its pod template. */
  readonly template: string;
  /** True when every pod that there shall be is of the newest template and ready, and no other one is left. */
  readonly rolledOut: boolean;
  /** The oldest version of Hive that a ready pod has. */
  readonly version: string | undefined;
}

/** How far the managed metastore is. */
export interface ObservedMetastore {
  /** True while there is anything of it that runs, or would. */
  readonly present: boolean;
  readonly databasePresent: boolean;
  /** True when the embedded database is ready with the newest template. */
  readonly databaseReady: boolean;
  /** Hash of the embedded database's pod template; undefined where there is none. */
  readonly databaseTemplate: string | undefined;
  /** The Job that makes the schema that is wanted now. */
  readonly schema: "absent" | "running" | "complete" | "failed";
  /** Its pods that are ready. */
  readonly ready: number;
  readonly workload: ObservedMetastoreWorkload | undefined;
  /** Every schema Job that is not being deleted. */
  readonly jobs: readonly ObservedSchemaJob[];
  /** Names of the schema Jobs, deleted ones included, that have a pod which has not ended. */
  readonly atWork: readonly string[];
}

/** What the coordinator itself says. */
export type ObservedTrino =
  | { readonly kind: "unasked" }
  | { readonly kind: "silent"; readonly reason: string }
  | {
      readonly kind: "answered";
      readonly version: string;
      readonly starting: boolean;
      /** Workers that the coordinator counts as active. */
      readonly registered: number;
      /** Queries in any state that is not final. */
      readonly queries: number;
      /** The same as people are told it: half a minute old at most, so that a status does not move with every query. */
      readonly queriesTold?: number;
    };

/** Everything that was seen of one cluster. */
export interface Observation {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The same as RFC 3339, in whole seconds. */
  readonly time: string;
  readonly coordinator: ObservedWorkload | undefined;
  readonly workers: readonly ObservedWorkload[];
  readonly pods: readonly ObservedPod[];
  readonly metastore: ObservedMetastore;
  readonly trino: ObservedTrino;
  /** What the workers that were asked say, by the name of the pod. */
  readonly nodes: ReadonlyMap<string, ObservedNode>;
  /** The addresses of the nodes that the coordinator knows; undefined when it was not asked or did not say. */
  readonly addresses: ReadonlySet<string> | undefined;
  /** The revisions that are remembered. */
  readonly revisions: readonly ObservedRevision[];
  /** Since when the coordinator waits for its target revision, RFC 3339: from there a deadline counts. */
  readonly targetSince: string | undefined;
}

/** What the coordinator says; one whose pod is not ready yet and does not answer is simply on its way. */
export function trinoOf(observation: Observation): ObservedTrino {
  const { trino } = observation;
  if (trino.kind !== "silent" || podsOf(observation, "coordinator").some((pod) => pod.ready && !pod.deleting)) return trino;
  return { kind: "answered", version: "", starting: true, registered: 0, queries: 0 };
}

/** True when a coordinator's pod has started, or Trino says so itself: a cache may be behind. */
export function isUp({ trino }: Observation, pod: ObservedPod | undefined): boolean {
  return pod !== undefined && (pod.started || (trino.kind === "answered" && !trino.starting));
}

/** The remembered revision of a role, or undefined when it was never wanted before. */
export function revisionOf(observation: Observation, role: RoleName, hash: string): ObservedRevision | undefined {
  return observation.revisions.find((revision) => revision.role === role && revision.hash === hash);
}

/** The pods of one component. */
export function podsOf(observation: Observation, component: ObservedPod["component"]): readonly ObservedPod[] {
  return observation.pods.filter((pod) => pod.component === component);
}

/** How long after its grace period a kubelet has ended a pod, unless it does not answer any more. */
const OVERDUE_MS = 60_000;

/** True for a pod that its kubelet should have ended long ago: its node is lost, or so it seems. */
export function isOverdue({ at }: Observation, { deleteBy }: ObservedPod): boolean {
  return deleteBy !== undefined && at > Date.parse(deleteBy) + OVERDUE_MS;
}

/**
 * The workers that run or may: those that something is worth waiting for. One that has ended, as by an eviction, stays until its
 * Deployment goes, since no ReplicaSet removes it; one on a lost node stays until that is back or removed, which may take days.
 */
export function presentWorkers(observation: Observation): readonly ObservedPod[] {
  return podsOf(observation, "worker").filter((pod) => !pod.ended && !isOverdue(observation, pod));
}

/** The workers that are there and not on their way out by Kubernetes' own hand; with a revision, those of it. */
export function standingWorkers(observation: Observation, revision?: string): readonly ObservedPod[] {
  return podsOf(observation, "worker").filter(
    (pod) => !pod.deleting && !pod.ended && (revision === undefined || pod.revision === revision),
  );
}

/** True for a worker that drains, or that its preStop hook drains. */
export function leaves(pod: ObservedPod): boolean {
  return pod.deleting || pod.drainSince !== undefined;
}
