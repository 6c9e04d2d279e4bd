/**
 * What may be done about the metastore's schema: a pure function of what is wanted and of what the Jobs have found in the database.
 *
 * A Job that is complete is the record of the schema: it says what it found, and nothing else ever changes a schema. The newest counts.
 * An upgrade needs the spec to name the very schema that is there; a downgrade is never made.
 */
import { compareSchemaVersions, schemaVersionOf } from "../trino/hive-versions.ts";
import type { SchemaTarget } from "../trino/resources.ts";
import type { ObservedSchemaJob } from "./observation.ts";

/** What is decided on. */
export interface SchemaInput {
  /** The version of Hive that is wanted. */
  readonly version: string;
  /** The schema that the spec allows to upgrade. */
  readonly upgradeSchemaFrom: string | undefined;
  readonly target: SchemaTarget;
  readonly jobs: readonly ObservedSchemaJob[];
}

/** What may be done; `schema` is what the database is known to have. */
export type SchemaDecision = { readonly schema: string | undefined } & (
  | { readonly kind: "good"; readonly job: ObservedSchemaJob }
  | { readonly kind: "prepare" }
  | { readonly kind: "upgrade" }
  | { readonly kind: "refused"; readonly direction: "upgrade" | "downgrade"; readonly wanted: string }
);

/** Decides about the schema. */
export function decideSchema(input: SchemaInput): SchemaDecision {
  const { target, jobs, upgradeSchemaFrom } = input;
  const looks = jobs.filter((job) => job.report !== undefined && job.database === target.database).sort(newestFirst);
  const own = looks.filter((job) => job.revision === target.revision);
  const schema = looks[0]?.report?.schema;
  const good = own.find(({ report }) => report?.schema === schema && report?.hive === schema);
  if (good && isCurrent(good, jobs)) return { kind: "good", schema, job: good };
  const wanted = own[0]?.report?.hive ?? schemaVersionOf(input.version);
  const order = schema === undefined ? 0 : compareSchemaVersions(schema, wanted);
  if (order > 0) return { kind: "refused", schema, direction: "downgrade", wanted };
  if (order === 0) return { kind: "prepare", schema };
  if (schema !== upgradeSchemaFrom) return { kind: "refused", schema, direction: "upgrade", wanted };
  // A look with the new Hive first: what its image or its credentials lack is found while the old one still serves.
  return { kind: own.some((job) => job.report?.schema === schema) ? "upgrade" : "prepare", schema };
}

/** What was found before somebody began to upgrade says nothing about what that left. */
function isCurrent(job: ObservedSchemaJob, jobs: readonly ObservedSchemaJob[]): boolean {
  const later = jobs.filter((other) => other.task === "upgrade" && other !== job && other.database === job.database);
  return later.every(({ state, created }) => state === "waiting" || created < (job.completed ?? ""));
}

function newestFirst(a: ObservedSchemaJob, b: ObservedSchemaJob): number {
  return (b.completed ?? "").localeCompare(a.completed ?? "");
}
