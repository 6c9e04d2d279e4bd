/**
 * The plan: a pure function from what is wanted and what was seen to what may be done now.
 *
 * A plan is a value: which revision each role may receive, how many replicas each worker Deployment has, at most one
 * disruptive step, and what is waited for. It is made anew in every reconcile, so no progress lives in memory.
 */
import { planCoordinator } from "./plan-coordinator.ts";
import type { Plan, PlanInput, Waiting } from "./plan-types.ts";
import { planWorkers } from "./plan-workers.ts";

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
    return {
      stage: "schema",
      waiting: [{ reason: "MetastoreSchemaFailed", message: "the Job that makes the metastore's schema failed; its log tells why" }],
    };
  }
  if (seen.schema !== "complete")
    return { stage: "schema", waiting: [{ reason: "MetastoreSchema", message: "the metastore's schema is being made" }] };
  if (seen.ready >= metastore.replicas) return { stage: "serve", waiting: [] };
  return {
    stage: "serve",
    waiting: [{ reason: "MetastoreStarting", message: `${seen.ready} of ${metastore.replicas} metastore pods are ready` }],
  };
}
