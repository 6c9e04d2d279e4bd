/** The words of the plan. */
import type { Cluster, RoleName } from "../trino/cluster.ts";
import type { SchemaReport } from "../trino/resources/metastore/schema-script.ts";
import type { MetastoreTarget } from "../trino/resources.ts";
import type { Attempt, Observation, PodProblem } from "./observation.ts";
import type { Reason } from "./reasons.ts";

/** A pair of revisions to reach. */
export interface Target {
  readonly version: number;
  /** What all nodes must have in common: see `compatibilityOf`. Nodes that differ in it cannot work together. */
  readonly compatibility: string;
  readonly coordinator: string;
  readonly workers: string;
  /** Absent where the cluster has no managed metastore. */
  readonly metastore?: MetastoreTarget | undefined;
}

/** What `plan` decides on. */
export interface PlanInput {
  readonly cluster: Cluster;
  readonly target: Target;
  readonly observation: Observation;
}

/** What a suspended cluster goes for, in the place of a revision. */
export const SUSPENDED = "suspended";

/** Which pod, and which one of that name. */
export interface PodReference {
  readonly name: string;
  readonly uid: string;
}

/** A pod, workload or Job as it was seen: what rests on how it was then is done to it only while it is so. */
export interface SeenObject extends PodReference {
  readonly resourceVersion: string;
}

/** What is done to the coordinator. */
export type CoordinatorPlan =
  | { readonly kind: "keep" }
  | { readonly kind: "apply"; readonly replicas: 0 | 1 }
  /** Send no more clients to it. */
  | { readonly kind: "withdraw"; readonly pod: PodReference }
  /** Send clients to it again. */
  | { readonly kind: "restore"; readonly pod: PodReference }
  /** The one disruptive step: apply the target's template, then delete this pod (by UID) so that it comes back with it. */
  | { readonly kind: "replace"; readonly pod: SeenObject }
  /** The pod's node is lost: take a live look at the node, and remove the pod without waiting for its kubelet. */
  | { readonly kind: "abandon"; readonly pod: SeenObject; readonly node: string };

/** What is done about the preflight of a new revision. */
export type PreflightPlan =
  | { readonly kind: "none" }
  /** Let a throw-away pod of this revision run. */
  | { readonly kind: "run"; readonly role: RoleName; readonly revision: string }
  /** Remember how it ended. */
  | { readonly kind: "conclude"; readonly role: RoleName; readonly revision: string; readonly result: "Passed" | "Skipped" };

/** What is remembered about an attempt to let the target serve. */
export type AttemptPlan =
  | { readonly kind: "keep" }
  | {
      readonly kind: "record";
      /** With whose revision: the workers' where they alone are tried. */
      readonly keptWith: RoleName;
      readonly attempt: Attempt;
      /** Whether another pair has served, which comes back when this one has failed. */
      readonly wayBack: boolean;
    };

/** How many replicas a worker Deployment shall have. */
export interface WorkerPlan {
  readonly revision: string;
  readonly replicas: number;
}

/** Why a worker that was to go may be removed. It has `Untold` where nobody knows whether it was told: its preStop hook drains it. */
export type Released = "Drained" | "TimedOut" | "Untold" | "NotRunning";

/** One step in the removal of workers by order, or back from it. Each leaves what the next plan needs to go on from there. */
export type DrainStep =
  /** Remember that this worker is to go, then tell it to drain where it runs. */
  | { readonly kind: "mark"; readonly pod: PodReference; readonly started: boolean }
  /** It is marked, but nobody has told it: its time counts from now. */
  | { readonly kind: "drain"; readonly pod: PodReference }
  /** It may go: let its ReplicaSet remove it before any other. */
  | { readonly kind: "release"; readonly pod: PodReference; readonly since: string; readonly result: Released }
  /** Lower a Deployment to so many replicas, by which exactly these pods go. */
  | { readonly kind: "remove"; readonly revision: string; readonly replicas: number; readonly pods: readonly PodReference[] }
  /** It goes, and has had its time: it need not have that once more in its preStop hook. */
  | { readonly kind: "hasten"; readonly pod: PodReference; readonly gracePeriodSeconds: number }
  /** It stays after all: tell it where it runs, then forget the mark. `instead` went by mistake. */
  | { readonly kind: "restore"; readonly pod: PodReference; readonly started: boolean; readonly instead: readonly string[] };

/** One step about a worker that the coordinator does not know. */
export type RegistrationStep =
  /** Remember since when. */
  | { readonly kind: "suspect"; readonly pod: PodReference }
  /** The coordinator knows it. */
  | { readonly kind: "clear"; readonly pod: PodReference }
  /** Delete the pod, the `attempt`-th of its revision; it drains by itself. */
  | { readonly kind: "replace"; readonly pod: PodReference; readonly revision: string; readonly attempt: number };

/** What a plan waits for, for the status: a reason and a sentence. */
export interface Waiting {
  readonly reason: Reason;
  readonly message: string;
}

/** Why the wanted revision is not gone for. */
export interface RolledBack {
  /** Whose revision was tried: the workers' where they alone were new. */
  readonly role: RoleName;
  /** The wanted revision of this role. */
  readonly revision: string;
  /** When it was tried, RFC 3339. */
  readonly since: string;
  readonly reason: string;
}

/** A part of the metastore that may be applied. */
export type MetastorePart = "database" | "prepare" | "upgrade" | "workload";

/** A component of the metastore, by its label. */
export type MetastoreComponent = "metastore" | "metastore-db" | "metastore-schema";

/** What may be done to the metastore now. */
export interface MetastorePlan {
  /** Reports to write onto the Jobs that made them, before anything is done because of them. */
  readonly record: readonly { readonly job: string; readonly report: SchemaReport }[];
  /** Jobs that have done their work, or whose work is not wanted any more. */
  readonly remove: readonly SeenObject[];
  /** True when every pod of the metastore has to go first. */
  readonly stop: boolean;
  readonly apply: readonly MetastorePart[];
  /** Components that the spec has no more and nothing uses any longer. */
  readonly retire: readonly MetastoreComponent[];
  /** True when all is as wanted, so that configuration which nothing names may go. */
  readonly settled: boolean;
  /** What a person must act on. */
  readonly problem: PodProblem | undefined;
  /** The schema that the last look found in the database. */
  readonly schemaVersion: string | undefined;
  /** What the metastore waits for; part of the plan's own list. */
  readonly waiting: readonly Waiting[];
}

/** What may be done now. */
export interface Plan {
  /** The pair that is gone for: the wanted one, or the last one that served. */
  readonly target: Target;
  readonly rolledBack: RolledBack | undefined;
  readonly preflight: PreflightPlan;
  /** Preflight pods that are of no use any more. */
  readonly discard: readonly PodReference[];
  readonly attempt: AttemptPlan;
  readonly coordinator: CoordinatorPlan;
  readonly workers: readonly WorkerPlan[];
  readonly drain: readonly DrainStep[];
  readonly registration: readonly RegistrationStep[];
  /** Worker Deployments that have nothing left and can go. */
  readonly retire: readonly SeenObject[];
  /** Undefined where there is nothing to do about a managed metastore. */
  readonly metastore: MetastorePlan | undefined;
  /** Empty when everything is as wanted. The first entry is the one to tell. */
  readonly waiting: readonly Waiting[];
}

/** The workers' part of a plan. */
export interface WorkersPlan {
  readonly replicas: readonly WorkerPlan[];
  readonly drain: readonly DrainStep[];
  readonly retire: readonly SeenObject[];
  readonly waiting: readonly Waiting[];
  /** True when every worker is of the target revision. */
  readonly rolledOut: boolean;
}
