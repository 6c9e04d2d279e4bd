/**
 * What is there now: plain data about pods, workloads and Trino, with the time at which it was seen.
 * `observe` makes it; `plan` decides on nothing else.
 */
import type { RoleName } from "../trino/cluster.ts";

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
  readonly component: RoleName | "metastore" | "metastore-db" | "metastore-schema";
  /** The revision that it was made from; empty for components without revisions. */
  readonly revision: string;
  readonly ready: boolean;
  /** True once its start-up probe has passed, and until its container ends: it may serve even when it is not ready. */
  readonly started: boolean;
  /** True from the moment of its delete until it is gone. */
  readonly deleting: boolean;
  readonly ip: string | undefined;
  readonly node: string | undefined;
  readonly problem: PodProblem | undefined;
}

/** A StatefulSet or Deployment of ours. */
export interface ObservedWorkload {
  readonly name: string;
  readonly uid: string;
  readonly revision: string;
  /** The Trino version of its template; undefined where it has none. */
  readonly version: number | undefined;
  readonly replicas: number;
  readonly ready: number;
  /** RFC 3339. */
  readonly created: string;
  readonly problem: PodProblem | undefined;
}

/** How far the managed metastore is. */
export interface ObservedMetastore {
  readonly databaseReady: boolean;
  readonly schema: "absent" | "running" | "complete" | "failed";
  readonly ready: number;
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
    };

/** Everything that was seen of one cluster. */
export interface Observation {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly coordinator: ObservedWorkload | undefined;
  readonly workers: readonly ObservedWorkload[];
  readonly pods: readonly ObservedPod[];
  readonly metastore: ObservedMetastore;
  readonly trino: ObservedTrino;
  /** Since when the coordinator waits for its target revision, RFC 3339: from there a deadline counts. */
  readonly targetSince: string | undefined;
}

/** What the coordinator says; one whose pod is not ready yet and does not answer is simply on its way. */
export function trinoOf(observation: Observation): ObservedTrino {
  const { trino } = observation;
  if (trino.kind !== "silent" || podsOf(observation, "coordinator").some((pod) => pod.ready && !pod.deleting)) return trino;
  return { kind: "answered", version: "", starting: true, registered: 0, queries: 0 };
}

/** The pods of one component. */
export function podsOf(observation: Observation, component: ObservedPod["component"]): readonly ObservedPod[] {
  return observation.pods.filter((pod) => pod.component === component);
}
