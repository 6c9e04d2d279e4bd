import { describe, expect, it } from "vitest";
import type { ObservedSchemaJob } from "./observation.ts";
import { decideSchema, type SchemaDecision } from "./plan-schema.ts";

/** The Jobs of version 4.0.1 are of revision "new", those of any other version are of another one. */
const TARGET = { revision: "new", database: "db", prepare: { name: "p", template: "t" }, upgrade: { name: "u", template: "t" } };

/** A complete Job; `hour` orders them. */
function job(hour: number, report: string | undefined, more: Partial<ObservedSchemaJob> = {}): ObservedSchemaJob {
  const [schema = "", hive = ""] = (report ?? "").split(" for ");
  return {
    name: `job-${hour}`,
    uid: `uid-${hour}`,
    resourceVersion: "1",
    task: "prepare",
    revision: "new",
    database: "db",
    template: "t",
    state: "complete",
    report: report === undefined ? undefined : { schema, hive },
    recorded: true,
    created: `2026-01-01T${hour}:00:00Z`,
    completed: `2026-01-01T${hour}:01:00Z`,
    ...more,
  };
}

const OLD = { revision: "old" } as const;
const UPGRADE = { task: "upgrade" } as const;
const going = (state: "waiting" | "running" | "failed") => ({ state, report: undefined, completed: undefined }) as const;

interface Case {
  readonly name: string;
  readonly version?: string;
  readonly from?: string;
  readonly jobs: readonly ObservedSchemaJob[];
  readonly expected: { readonly [K in keyof SchemaDecision]?: SchemaDecision[K] } & {
    readonly direction?: string;
    readonly wanted?: string;
  };
}

const cases: readonly Case[] = [
  { name: "has the schema made when nothing is known", jobs: [], expected: { kind: "prepare", schema: undefined } },
  {
    name: "is good when the newest look found what Hive wants",
    jobs: [job(10, "4.0.0 for 4.0.0")],
    expected: { kind: "good", schema: "4.0.0" },
  },
  {
    name: "looks again with another Hive of the same schema",
    version: "4.0.2",
    jobs: [job(10, "4.0.0 for 4.0.0", OLD)],
    expected: { kind: "prepare", schema: "4.0.0" },
  },
  {
    name: "goes back to an older Hive of the same schema",
    version: "3.1.2",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD)],
    expected: { kind: "prepare", schema: "3.1.0" },
  },
  {
    name: "knows nothing of another database",
    jobs: [job(10, "3.1.0 for 3.1.0", { ...OLD, database: "other" })],
    expected: { kind: "prepare", schema: undefined },
  },
  {
    name: "takes Hive's own word for what it wants before the table's",
    version: "4.2.1",
    jobs: [job(10, "4.2.1 for 4.2.1")],
    expected: { kind: "good", schema: "4.2.1" },
  },
  {
    name: "believes Hive when it wants another schema than the table knows of",
    version: "4.2.1",
    jobs: [job(10, "4.2.0 for 4.2.1")],
    expected: { kind: "refused", direction: "upgrade", schema: "4.2.0", wanted: "4.2.1" },
  },
  {
    name: "looks again when what a Job found was lost with its pod",
    jobs: [job(10, undefined)],
    expected: { kind: "prepare", schema: undefined },
  },
  {
    name: "refuses an upgrade that the spec does not name, before any Job runs",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD)],
    expected: { kind: "refused", direction: "upgrade", schema: "3.1.0", wanted: "4.0.0" },
  },
  {
    name: "refuses an upgrade of a schema that a first look found",
    jobs: [job(10, "3.1.0 for 4.0.0")],
    expected: { kind: "refused", direction: "upgrade", schema: "3.1.0", wanted: "4.0.0" },
  },
  {
    name: "refuses an upgrade from another schema than the one that is there",
    from: "3.0.0",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD)],
    expected: { kind: "refused", direction: "upgrade", schema: "3.1.0" },
  },
  {
    name: "looks with the new Hive before an upgrade",
    from: "3.1.0",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD)],
    expected: { kind: "prepare", schema: "3.1.0" },
  },
  {
    name: "upgrades when the new Hive found the schema that the spec names",
    from: "3.1.0",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD), job(11, "3.1.0 for 4.0.0")],
    expected: { kind: "upgrade", schema: "3.1.0" },
  },
  {
    name: "does not upgrade what somebody else has upgraded",
    from: "3.1.0",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD), job(11, "4.0.0 for 4.0.0")],
    expected: { kind: "good", schema: "4.0.0" },
  },
  {
    name: "is good after the upgrade",
    from: "3.1.0",
    jobs: [job(10, "3.1.0 for 3.1.0", OLD), job(11, "3.1.0 for 4.0.0"), job(12, "4.0.0 for 4.0.0", UPGRADE)],
    expected: { kind: "good", schema: "4.0.0" },
  },
  {
    name: "is good after the upgrade when the spec does not name it any more",
    jobs: [job(12, "4.0.0 for 4.0.0", UPGRADE)],
    expected: { kind: "good", schema: "4.0.0" },
  },
  {
    name: "stays at the upgrade while that has not succeeded",
    from: "3.1.0",
    jobs: [job(10, "3.1.0 for 4.0.0"), job(12, undefined, { ...UPGRADE, ...going("failed") })],
    expected: { kind: "upgrade", schema: "3.1.0" },
  },
  {
    name: "refuses to go on from what a failed upgrade left",
    from: "3.1.0",
    jobs: [job(10, "3.1.0 for 4.0.0"), job(12, "3.2.0 for 4.0.0", UPGRADE)],
    expected: { kind: "refused", direction: "upgrade", schema: "3.2.0" },
  },
  {
    name: "goes on from there when the spec names it",
    from: "3.2.0",
    jobs: [job(10, "3.1.0 for 4.0.0"), job(12, "3.2.0 for 4.0.0", UPGRADE)],
    expected: { kind: "upgrade", schema: "3.2.0" },
  },
  {
    name: "looks again for the old Hive after an upgrade was begun",
    version: "3.1.3",
    jobs: [job(10, "3.1.0 for 3.1.0"), job(12, undefined, { ...OLD, ...UPGRADE, ...going("failed") })],
    expected: { kind: "prepare", schema: "3.1.0" },
  },
  {
    name: "need not look again for the old Hive when no upgrade was begun",
    version: "3.1.3",
    jobs: [job(10, "3.1.0 for 3.1.0"), job(12, undefined, { ...OLD, ...UPGRADE, ...going("waiting") })],
    expected: { kind: "good", schema: "3.1.0" },
  },
  {
    name: "refuses a downgrade",
    version: "3.1.3",
    jobs: [job(10, "4.0.0 for 4.0.0", OLD)],
    expected: { kind: "refused", direction: "downgrade", schema: "4.0.0", wanted: "3.1.0" },
  },
  {
    name: "refuses a downgrade that Hive itself would not notice",
    version: "3.1.3",
    jobs: [job(10, "4.0.0 for 3.1.0")],
    expected: { kind: "refused", direction: "downgrade", schema: "4.0.0", wanted: "3.1.0" },
  },
  {
    name: "refuses a downgrade also when an old look was good",
    version: "3.1.3",
    jobs: [job(10, "3.1.0 for 3.1.0"), job(12, "4.0.0 for 4.0.0", { ...OLD, ...UPGRADE })],
    expected: { kind: "refused", direction: "downgrade", schema: "4.0.0" },
  },
];

describe("the decision about the schema", () => {
  it.each(cases)("$name", ({ version = "4.0.1", from, jobs, expected }) => {
    for (const order of [jobs, jobs.toReversed()]) {
      expect(decideSchema({ version, upgradeSchemaFrom: from, target: TARGET, jobs: order })).toMatchObject(expected);
    }
  });
});
