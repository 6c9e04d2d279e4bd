/** The words of the plan. */
import type { Cluster } from "../trino/cluster.ts";
import type { Observation } from "./observation.ts";
import type { Reason } from "./reasons.ts";

/** The revisions that the spec asks for now. */
export interface Target {
  readonly version: number;
  readonly coordinator: string;
  readonly workers: string;
}

/** What `plan` decides on. */
export interface PlanInput {
  readonly cluster: Cluster;
  readonly target: Target;
  readonly observation: Observation;
}

/** What is done to the coordinator's StatefulSet. */
export type CoordinatorPlan =
  | { readonly kind: "keep" }
  | { readonly kind: "apply"; readonly replicas: 0 | 1 }
  /** The one disruptive step: apply the target's template, then delete this pod (by UID) so that it comes back with it. */
  | { readonly kind: "replace"; readonly pod: { readonly name: string; readonly uid: string } };

/** How many replicas a worker Deployment shall have. */
export interface WorkerPlan {
  readonly revision: string;
  readonly replicas: number;
}

/** What a plan waits for, for the status: a reason and a sentence. */
export interface Waiting {
  readonly reason: Reason;
  readonly message: string;
}

/** What may be done now. */
export interface Plan {
  readonly coordinator: CoordinatorPlan;
  readonly workers: readonly WorkerPlan[];
  /** Worker Deployments that have nothing left and can go. */
  readonly retire: readonly string[];
  /** The stage that the metastore may enter. */
  readonly metastore: "none" | "database" | "schema" | "serve";
  /** Empty when everything is as wanted. The first entry is the one to tell. */
  readonly waiting: readonly Waiting[];
}

/** The workers' part of a plan. */
export interface WorkersPlan {
  readonly replicas: readonly WorkerPlan[];
  readonly retire: readonly string[];
  readonly waiting: readonly Waiting[];
  /** True when every worker is of the target revision. */
  readonly rolledOut: boolean;
}
