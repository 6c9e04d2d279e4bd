import { describe, expect, it } from "vitest";
import type { HiveMetastoreSpec } from "../api/v1alpha1/trino-cluster.ts";
import type { Cluster } from "../trino/cluster.ts";
import { cluster, observation, TARGET } from "./fixtures.ts";
import type { ObservedMetastore, ObservedSchemaJob } from "./observation.ts";
import { plan } from "./plan.ts";
import type { MetastorePlan } from "./plan-types.ts";

const METASTORE = {
  revision: "new",
  database: "db",
  prepare: { name: "p", template: "t" },
  upgrade: { name: "u", template: "t" },
  workloadTemplate: "w",
  databaseTemplate: "d",
};

/** A good look by the Hive of `planned`. */
function job(more: Partial<ObservedSchemaJob> = {}): ObservedSchemaJob {
  const { state = "complete", name = "p" } = more;
  const report = state === "complete" ? { schema: "4.0.0", hive: "4.0.0" } : undefined;
  const times = { created: "2026-01-01T10:00:00Z", completed: state === "complete" ? "2026-01-01T10:01:00Z" : undefined };
  const same = { task: "prepare", revision: "new", database: "db", template: "t", recorded: true } as const;
  return { ...same, ...times, name, uid: `uid-${name}`, resourceVersion: "1", state, report, ...more };
}

const OLD_LOOK = job({ name: "old", revision: "old", report: { schema: "3.1.0", hive: "3.1.0" } });
const NEW_LOOK = job({ report: { schema: "3.1.0", hive: "4.0.0" }, completed: "2026-01-01T11:00:00Z" });
const RUNNING = { replicas: 2, pods: 2, template: METASTORE.workloadTemplate, rolledOut: true, version: "3.1.3" };
const STOPPED = { replicas: 0, pods: 0, template: "", rolledOut: true, version: undefined };

/** A cluster whose metastore has a database of the user's: to name it in the spec would need its Secret. */
function onMysql(valid: Cluster): Cluster {
  if (valid.metastore?.kind !== "managed") throw new Error("there is no managed metastore");
  const database = { kind: "mysql", host: "db", port: 3306, name: "metastore", credentialsSecret: "s" } as const;
  return { ...valid, metastore: { ...valid.metastore, database } };
}

function planned(seen: Partial<ObservedMetastore>, spec: HiveMetastoreSpec = {}, change = (valid: Cluster) => valid): MetastorePlan {
  const before: ObservedMetastore = {
    present: true,
    databasePresent: true,
    databaseReady: true,
    databaseTemplate: METASTORE.databaseTemplate,
    schema: "absent",
    ready: 0,
    workload: undefined,
    jobs: [],
    atWork: [],
  };
  const made = plan({
    cluster: change(cluster({ hiveMetastore: { version: "4.0.1", replicas: 2, ...spec } })),
    target: { ...TARGET, metastore: METASTORE },
    observation: observation({ metastore: { ...before, ...seen } }),
  });
  if (made.metastore === undefined) throw new Error("there is no metastore");
  return made.metastore;
}

const EXTERNAL: HiveMetastoreSpec = { external: { uris: ["thrift://m:9083"] } };

describe("the plan of a metastore", () => {
  it.each<{ name: string; spec?: HiveMetastoreSpec }>([{ name: "that is not there" }, { name: "that somebody else runs", spec: EXTERNAL }])(
    "has nothing to do for one $name",
    ({ spec }) => {
      const input = { cluster: cluster(spec ? { hiveMetastore: spec } : {}), target: TARGET, observation: observation() };
      expect(plan(input)).toMatchObject({ metastore: undefined, waiting: [] });
    },
  );

  it.each<{ name: string; spec?: HiveMetastoreSpec; seen?: Partial<ObservedMetastore>; workers?: number; expected: object | undefined }>([
    { name: "removes one that the spec has no more", expected: { retire: ["metastore", "metastore-db", "metastore-schema"], apply: [] } },
    {
      name: "removes one that somebody else's takes the place of",
      spec: EXTERNAL,
      expected: { retire: expect.arrayContaining(["metastore-db"]) },
    },
    { name: "keeps one that the spec has no more while Trino is not as it shall be", workers: 2, expected: undefined },
    {
      name: "keeps one that the spec has no more while its schema is upgraded",
      seen: { jobs: [job({ name: "u", task: "upgrade", state: "running" })] },
      expected: undefined,
    },
  ])("$name", ({ spec, seen = {}, workers = 3, expected }) => {
    const { metastore } = observation();
    const trino = { kind: "answered", version: "476", starting: false, registered: workers, queries: 0 } as const;
    const made = plan({
      cluster: cluster(spec ? { hiveMetastore: spec } : {}),
      target: TARGET,
      observation: observation({ trino, metastore: { ...metastore, present: true, ...seen } }),
    });
    expect([made.metastore]).toMatchObject([expected]);
  });

  it.each<{ name: string; seen: Partial<ObservedMetastore>; change?: typeof onMysql; expected: Partial<MetastorePlan>; reason?: string }>([
    {
      name: "brings up the database first",
      seen: { databaseReady: false },
      expected: { apply: ["database"] },
      reason: "MetastoreDatabaseStarting",
    },
    { name: "makes the schema when the database is ready", seen: {}, expected: { apply: ["prepare"] }, reason: "MetastoreSchema" },
    {
      name: "goes on to wait for the Job that makes the schema",
      seen: { jobs: [job({ state: "running" })], atWork: ["p"] },
      expected: { apply: ["prepare"], remove: [] },
      reason: "MetastoreSchema",
    },
    {
      name: "starts the metastore when the schema is good",
      seen: { jobs: [job()] },
      expected: { apply: ["database", "workload"], settled: false },
      reason: "MetastoreStarting",
    },
    {
      name: "has nothing to wait for when the metastore is rolled out",
      seen: { jobs: [job()], ready: 2, workload: RUNNING },
      expected: { apply: ["database", "workload"], settled: true, waiting: [], schemaVersion: "4.0.0" },
    },
    {
      name: "keeps an embedded database of before until the pods on another one are rolled out",
      seen: { jobs: [job()], ready: 2, workload: { ...RUNNING, rolledOut: false } },
      change: onMysql,
      expected: { apply: ["workload"], retire: [] },
      reason: "MetastoreStarting",
    },
    {
      name: "removes it then",
      seen: { jobs: [job()], ready: 2, workload: RUNNING },
      change: onMysql,
      expected: { apply: ["workload"], retire: ["metastore-db"], settled: true },
    },
    {
      name: "waits while pods of an older template are still there",
      seen: { jobs: [job()], ready: 2, workload: { ...RUNNING, rolledOut: false } },
      expected: { settled: false },
      reason: "MetastoreStarting",
    },
    {
      name: "waits when its template was edited and nobody has seen to that yet",
      seen: { jobs: [job()], ready: 2, workload: { ...RUNNING, template: "older" } },
      expected: { apply: ["database", "workload"], settled: false },
      reason: "MetastoreStarting",
    },
    {
      name: "waits when the database's template was edited and nobody has seen to that yet",
      seen: { jobs: [job()], ready: 2, workload: RUNNING, databaseTemplate: "older" },
      expected: { apply: ["database", "workload"], settled: false },
      reason: "MetastoreDatabaseStarting",
    },
    {
      name: "waits while it has been scaled and nobody has seen to that yet",
      seen: { jobs: [job()], ready: 1, workload: { ...RUNNING, replicas: 1, pods: 1 } },
      expected: { settled: false },
      reason: "MetastoreStarting",
    },
    {
      name: "removes the Jobs that have had their day when the schema is good",
      seen: { jobs: [job(), OLD_LOOK, job({ name: "gone", revision: "x", state: "failed" })], ready: 2, workload: RUNNING },
      expected: { remove: [expect.objectContaining({ name: "old" }), expect.objectContaining({ name: "gone" })] },
    },
    {
      name: "writes down what a Job found before its pod goes",
      seen: { jobs: [job({ recorded: false })] },
      expected: { record: [{ job: "p", report: { schema: "4.0.0", hive: "4.0.0" } }] },
      reason: "MetastoreStarting",
    },
    {
      name: "makes the Job again when nobody wrote that down",
      seen: { jobs: [job({ report: undefined })] },
      expected: { apply: [], remove: [expect.objectContaining({ name: "p" })] },
      reason: "MetastoreSchema",
    },
    {
      name: "removes a Job that is not wanted any more before the next one is made",
      seen: { jobs: [job({ name: "old", revision: "old", state: "running" })], atWork: ["old"] },
      expected: { apply: [], remove: [expect.objectContaining({ name: "old" })] },
      reason: "MetastoreSchema",
    },
    {
      name: "waits for the pod of a Job that was removed",
      seen: { atWork: ["old"] },
      expected: { apply: [], remove: [] },
      reason: "MetastoreSchema",
    },
    {
      name: "makes a Job anew that has not begun and shall run elsewhere",
      seen: { jobs: [job({ state: "waiting", template: "elsewhere" })], atWork: ["p"] },
      expected: { apply: [], remove: [expect.objectContaining({ name: "p" })] },
      reason: "MetastoreSchema",
    },
    {
      name: "lets a Job that has begun run where it is",
      seen: { jobs: [job({ state: "running", template: "elsewhere" })], atWork: ["p"] },
      expected: { apply: ["prepare"], remove: [] },
      reason: "MetastoreSchema",
    },
    {
      name: "leaves a Job that failed to a person, and repairs the database that may be why",
      seen: { jobs: [job({ state: "failed" })] },
      expected: { apply: ["database"], remove: [], problem: expect.objectContaining({ reason: "MetastoreSchemaFailed" }) },
      reason: "MetastoreSchemaFailed",
    },
  ])("$name", ({ seen, change, expected, reason }) => {
    const made = planned(seen, {}, change);
    expect(made).toMatchObject(expected);
    expect(made.waiting.map((waiting) => waiting.reason)).toEqual(reason === undefined ? [] : [reason]);
  });
});

describe("the plan of another schema", () => {
  const running = { ready: 2, workload: RUNNING };
  const from: HiveMetastoreSpec = { upgradeSchemaFrom: "3.1.3" };

  it.each<{ name: string; jobs: readonly ObservedSchemaJob[]; spec: HiveMetastoreSpec; message: RegExp }>([
    {
      name: "an upgrade that it does not name",
      jobs: [OLD_LOOK],
      spec: {},
      message: /version: Hive 4\.0\.1 needs the schema 4\.0\.0, and the database has 3\.1\.0.*backup.*upgradeSchemaFrom to 3\.1\.0/,
    },
    {
      name: "an upgrade from another schema",
      jobs: [OLD_LOOK],
      spec: { upgradeSchemaFrom: "3.0.0" },
      message: /upgradeSchemaFrom names 3\.0\.0, which is another one.*upgradeSchemaFrom to 3\.1\.0/,
    },
    {
      name: "a downgrade",
      jobs: [job({ revision: "old", name: "old" })],
      spec: { version: "3.1.3" },
      message: /Hive 3\.1\.3 needs the schema 3\.1\.0, and the database has 4\.0\.0\. A schema cannot be downgraded/,
    },
  ])("touches nothing and says field and cure of $name", ({ jobs, spec, message }) => {
    const made = planned({ ...running, jobs }, spec);
    expect(made).toMatchObject({ apply: [], remove: [], stop: false, settled: false });
    expect(made.problem?.message).toMatch(message);
    expect(made.waiting[0]?.reason).toBe(made.problem?.reason);
  });

  it.each<{ name: string; seen: Partial<ObservedMetastore>; expected: Partial<MetastorePlan>; reason: string }>([
    {
      name: "looks at the database with the new Hive while the old one serves",
      seen: { ...running, jobs: [OLD_LOOK] },
      expected: { apply: ["prepare"], stop: false, remove: [] },
      reason: "MetastoreSchema",
    },
    {
      name: "goes on to serve while the new Hive's image is not there",
      seen: { ...running, jobs: [OLD_LOOK, job({ state: "waiting" })], atWork: ["p"] },
      expected: { apply: ["prepare"], stop: false },
      reason: "MetastoreSchema",
    },
    {
      name: "stops the old metastore then",
      seen: { ...running, jobs: [OLD_LOOK, NEW_LOOK] },
      expected: { apply: [], stop: true, remove: [] },
      reason: "MetastoreStopping",
    },
    {
      name: "waits for the last of its pods",
      seen: { jobs: [OLD_LOOK, NEW_LOOK], workload: { ...STOPPED, pods: 1 } },
      expected: { apply: [], stop: true },
      reason: "MetastoreStopping",
    },
    {
      name: "waits until Kubernetes has seen that it stops",
      seen: { jobs: [OLD_LOOK, NEW_LOOK], workload: { ...STOPPED, rolledOut: false } },
      expected: { apply: [], stop: true },
      reason: "MetastoreStopping",
    },
    {
      name: "upgrades when nobody uses the database any more",
      seen: { jobs: [OLD_LOOK, NEW_LOOK], workload: STOPPED },
      expected: { apply: ["upgrade"], stop: false, remove: [] },
      reason: "MetastoreUpgrading",
    },
    {
      name: "upgrades at once where no metastore was yet",
      seen: { jobs: [NEW_LOOK] },
      expected: { apply: ["upgrade"], stop: false },
      reason: "MetastoreUpgrading",
    },
    {
      name: "leaves everything alone while the upgrade runs, the database too",
      seen: {
        databaseReady: false,
        jobs: [OLD_LOOK, NEW_LOOK, job({ name: "u", task: "upgrade", state: "running" })],
        workload: STOPPED,
        atWork: ["u"],
      },
      expected: { apply: [], stop: false, remove: [] },
      reason: "MetastoreUpgrading",
    },
    {
      name: "starts nothing after an upgrade that failed",
      seen: { jobs: [OLD_LOOK, NEW_LOOK, job({ name: "u", task: "upgrade", state: "failed", template: "other" })], workload: STOPPED },
      expected: { remove: [], stop: false, problem: expect.objectContaining({ message: expect.stringMatching(/restore the backup/) }) },
      reason: "MetastoreSchemaFailed",
    },
    {
      name: "starts the new metastore after the upgrade",
      seen: {
        jobs: [OLD_LOOK, NEW_LOOK, job({ name: "u", task: "upgrade", created: "2026-01-01T12:00:00Z", completed: "2026-01-01T12:01:00Z" })],
        workload: STOPPED,
      },
      expected: { apply: ["database", "workload"], schemaVersion: "4.0.0" },
      reason: "MetastoreStarting",
    },
  ])("$name", ({ seen, expected, reason }) => {
    const made = planned(seen, from);
    expect(made).toMatchObject(expected);
    expect(made.waiting.map((waiting) => waiting.reason)).toEqual([reason]);
  });

  it("does not break off an upgrade when the version is taken back", () => {
    const upgrading = job({ name: "u", revision: "other", task: "upgrade", state: "running" });
    expect(planned({ jobs: [upgrading], atWork: ["u"], workload: STOPPED }, { version: "3.1.3" })).toMatchObject({ apply: [], remove: [] });
  });
});
