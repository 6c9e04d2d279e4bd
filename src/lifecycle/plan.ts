/**
 * The plan: a pure function from what is wanted and what was seen to what may be done now.
 *
 * A plan is a value: which revision each role may receive, how many replicas each worker Deployment has, at most one
 * disruptive step, and what is waited for. It is made anew in every reconcile, so no progress lives in memory.
 */
import type { Cluster } from "../trino/cluster.ts";
import { type Observation, podsOf } from "./observation.ts";
import { planCoordinator } from "./plan-coordinator.ts";
import { planWorkers } from "./plan-workers.ts";
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

/** Makes the plan. */
export function plan(input: PlanInput): Plan {
  const workers = planWorkers(input);
  const coordinator = planCoordinator(input, workers);
  const metastore = planMetastore(input);
  return {
    coordinator: coordinator.plan,
    workers: workers.replicas,
    retire: workers.retire,
    metastore: metastore.stage,
    waiting: [...coordinator.waiting, ...workers.waiting, ...metastore.waiting],
  };
}

function planMetastore({ cluster, observation }: PlanInput): { stage: Plan["metastore"]; waiting: readonly Waiting[] } {
  const { metastore } = cluster;
  if (metastore?.kind !== "managed") return { stage: "none", waiting: [] };
  const seen = observation.metastore;
  if (metastore.database.kind === "embedded" && !seen.databaseReady) {
    return { stage: "database", waiting: [{ reason: "MetastoreDatabaseStarting", message: "the metastore's database is starting" }] };
  }
  if (seen.schema === "failed") {
    return { stage: "schema", waiting: [{ reason: "MetastoreSchemaFailed", message: "the Job that makes the metastore's schema failed; its log tells why" }] };
  }
  if (seen.schema !== "complete") return { stage: "schema", waiting: [{ reason: "MetastoreSchema", message: "the metastore's schema is being made" }] };
  if (seen.ready >= metastore.replicas) return { stage: "serve", waiting: [] };
  return { stage: "serve", waiting: [{ reason: "MetastoreStarting", message: `${seen.ready} of ${metastore.replicas} metastore pods are ready` }] };
}

/** True while any worker pod is there, also one that drains. */
export function workersRemain(observation: Observation): boolean {
  return podsOf(observation, "worker").length > 0;
}
