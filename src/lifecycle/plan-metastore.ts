/**
 * The metastore's part of a plan: database, then schema, then the metastore itself.
 *
 * What runs is left alone until the schema is known to be good. Only an upgrade of the schema, which the spec must name, stops it first.
 */
import type { Metastore } from "../trino/cluster.ts";
import { metastoreName } from "../trino/names.ts";
import type { ObservedMetastore, ObservedSchemaJob } from "./observation.ts";
import { decideSchema, type SchemaDecision } from "./plan-schema.ts";
import type { MetastorePlan, PlanInput, Waiting } from "./plan-types.ts";
import type { Reason } from "./reasons.ts";

/** Plans the metastore; undefined when the cluster runs none. `settled` is true when all of Trino is as the spec wants it. */
export function planMetastore({ cluster, target, observation }: PlanInput, settled: boolean): MetastorePlan | undefined {
  const { metastore } = cluster;
  const seen = observation.metastore;
  if (metastore?.kind !== "managed" || !target.metastore) return settled ? retire(seen) : undefined;
  const { version, upgradeSchemaFrom } = metastore;
  const decision = decideSchema({ version, upgradeSchemaFrom, target: target.metastore, jobs: seen.jobs });
  const state: State = { metastore, target: target.metastore, name: metastoreName(cluster), seen, decision };
  const record = seen.jobs.flatMap(({ name, report, recorded }) => (report && !recorded ? [{ job: name, report }] : []));
  return { ...NOTHING, schemaVersion: decision.schema, record, ...nextStep(state) };
}

/** Trino may have used it until it had its new revision. */
function retire({ present, jobs }: ObservedMetastore): MetastorePlan | undefined {
  const busy = jobs.some(({ task, state }) => task === "upgrade" && state === "running");
  return present && !busy ? { ...NOTHING, retire: ["metastore", "metastore-db", "metastore-schema"], waiting: [] } : undefined;
}

interface State {
  readonly metastore: Extract<Metastore, { kind: "managed" }>;
  readonly target: NonNullable<PlanInput["target"]["metastore"]>;
  readonly name: string;
  readonly seen: ObservedMetastore;
  readonly decision: SchemaDecision;
}

type Step = Partial<MetastorePlan> & Pick<MetastorePlan, "waiting">;

const NOTHING = {
  record: [],
  remove: [],
  stop: false,
  apply: [],
  retire: [],
  settled: false,
  problem: undefined,
  schemaVersion: undefined,
} as const;

function nextStep(state: State): Step {
  const { metastore, seen, decision } = state;
  const upgrading = seen.jobs.find((job) => job.task === "upgrade" && job.state === "running");
  if (upgrading)
    return wait("MetastoreUpgrading", `Job ${upgrading.name} upgrades the metastore's schema; the metastore is stopped until it is done`);
  if (decision.kind === "refused") return refuse(metastore, decision);
  if (metastore.database.kind === "embedded" && !seen.databaseReady) {
    return { apply: ["database"], ...wait("MetastoreDatabaseStarting", "the metastore's database is starting") };
  }
  return decision.kind === "good" ? serve(state, decision.job) : changeSchema(state, decision.kind);
}

function serve({ metastore: { replicas, database }, seen, target }: State, good: ObservedSchemaJob): Step {
  const remove = seen.jobs.filter((job) => job !== good);
  const apply = database.kind === "embedded" ? (["database", "workload"] as const) : (["workload"] as const);
  if (database.kind === "embedded" && seen.databaseTemplate !== target.databaseTemplate) {
    return { apply, remove, ...wait("MetastoreDatabaseStarting", "the metastore's database is about to be replaced") };
  }
  const { workload } = seen;
  // What was just edited is not rolled out, though the pods of before are.
  const done = workload?.rolledOut === true && workload.replicas === replicas && workload.template === target.workloadTemplate;
  const retire = database.kind !== "embedded" && seen.databasePresent ? (["metastore-db"] as const) : [];
  if (done) return { apply, remove, retire, settled: true, waiting: [] };
  return { apply, remove, ...wait("MetastoreStarting", startingText(seen, replicas)) };
}

function startingText({ ready, workload }: ObservedMetastore, replicas: number): string {
  return ready >= replicas && workload ? "pods of the metastore are being replaced" : `${ready} of ${replicas} metastore pods are ready`;
}

/** One Job at a time, and none beside the pod of another: two of them would make one schema together. */
function changeSchema(state: State, task: "prepare" | "upgrade"): Step {
  const { seen, target } = state;
  const wanted = target[task] ?? target.prepare;
  const own = seen.jobs.find(({ name }) => name === wanted.name);
  const outdated = own !== undefined && isOutdated(own, wanted.template);
  const superseded = seen.jobs.filter(({ name, state: its }) => name !== wanted.name && (its === "waiting" || its === "running"));
  const remove = [...superseded, ...(outdated ? [own] : [])];
  if (remove.length > 0)
    return { remove, ...wait("MetastoreSchema", `Job ${remove[0]?.name} is removed, because another one takes its place`) };
  if (own?.state === "failed") return repair(state, own);
  const busy = seen.atWork.find((name) => name !== wanted.name);
  if (busy !== undefined) return wait("MetastoreSchema", `a pod of Job ${busy} is still at work on the metastore's schema`);
  return task === "prepare" ? prepare(state) : upgrade(state);
}

/** One that cannot say what it found, or whose word counts no more; one that has not begun, or failed, in a place that is not wanted any more. */
function isOutdated(job: ObservedSchemaJob, template: string): boolean {
  if (job.state === "complete") return true;
  return job.template !== template && (job.state === "waiting" || (job.state === "failed" && job.task === "prepare"));
}

/** What made the Job fail may be in the database's own pod. */
function repair({ metastore, seen }: State, job: ObservedSchemaJob): Step {
  const idle = metastore.database.kind === "embedded" && seen.atWork.length === 0;
  const { reason, message } = failed(job);
  return { ...problem(reason, message), apply: idle ? ["database"] : [] };
}

function prepare({ decision }: State): Step {
  const what = decision.schema === undefined ? "made, or looked at where there is one" : "looked at";
  return { apply: ["prepare"], ...wait("MetastoreSchema", `the metastore's schema is being ${what}`) };
}

/** Hive's own advice: nobody may use the database meanwhile. Source: README of Hive's upgrade scripts. */
function upgrade({ seen: { workload }, name, decision }: State): Step {
  if (workload && (workload.replicas > 0 || workload.pods > 0 || !workload.rolledOut)) {
    return { stop: true, ...wait("MetastoreStopping", `${name} stops, because its schema is upgraded from ${decision.schema}`) };
  }
  return { apply: ["upgrade"], ...wait("MetastoreUpgrading", `the metastore's schema is upgraded from ${decision.schema}`) };
}

function refuse({ version, upgradeSchemaFrom }: State["metastore"], decision: SchemaDecision & { kind: "refused" }): Step {
  const { schema, wanted, direction } = decision;
  const facts = `spec.hiveMetastore.version: Hive ${version} needs the schema ${wanted}, and the database has ${schema}.`;
  const left = "(the metastore is left as it is)";
  if (direction === "downgrade") {
    return problem(
      "MetastoreDowngradeRefused",
      `${facts} A schema cannot be downgraded. Set a version of Hive with the schema ${schema} ${left}`,
    );
  }
  const named = upgradeSchemaFrom === undefined ? "" : ` upgradeSchemaFrom names ${upgradeSchemaFrom}, which is another one.`;
  const cure = `Make a backup of the database, then set spec.hiveMetastore.upgradeSchemaFrom to ${schema}, or take the version back`;
  return problem("MetastoreUpgradeRefused", `${facts}${named} ${cure} ${left}`);
}

function failed({ name, task }: ObservedSchemaJob): { readonly reason: Reason; readonly message: string } {
  const what = task === "upgrade" ? "upgrades" : "makes";
  const cure = task === "upgrade" ? "restore the backup of the database" : "put the database right";
  const message = `Job ${name}, which ${what} the metastore's schema, failed; its log tells why: ${cure}, then delete the Job to try again`;
  return { reason: "MetastoreSchemaFailed", message };
}

function problem(reason: Reason, message: string): Step {
  return { problem: { reason, message }, ...wait(reason, message) };
}

function wait(reason: Reason, message: string): { readonly waiting: readonly Waiting[] } {
  return { waiting: [{ reason, message }] };
}
