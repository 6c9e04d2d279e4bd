import { beforeAll, describe, expect, it } from "vitest";
import { importImage } from "../../local-cluster/image-store.ts";
import { hive3Image } from "../../local-cluster/images/hive-3.ts";
import { exclusively } from "../../local-cluster/lock.ts";
import type { HiveMetastoreSpec } from "../../src/api/v1alpha1/types.ts";
import { recordRequests, summaryOf } from "./harness/audit-log.ts";
import { apply, kubectl, type Live, list } from "./harness/kubectl.ts";
import { METASTORE_VERSION, smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { forceResync } from "./harness/resync.ts";
import { query } from "./harness/statement-client.ts";
import { startRounds } from "./harness/statement-load.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster, s3Server } from "./harness/target.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { type ClusterName, clusterOf, podsOf, podUids, waitForCondition, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const s3 = s3Server();
const OLD_VERSION = "3.1.3";
const LONG = process.env["TEST_LONG"] === "1";
const TURNS = 10;

interface PlacedPod extends Live {
  readonly spec: { readonly nodeSelector?: Readonly<Record<string, string>> };
}

const PARTS = new Set(["metastore", "metastore-db", "metastore-schema"]);

/** Writes to the metastore and reads from it, each time with another table. */
const ROUND = (round: number): readonly string[] => [
  `create table lake.load.t${round} as select * from tpch.tiny.nation`,
  `select count(*) from lake.load.t${round}`,
  "show tables from lake.load",
  `drop table lake.load.t${round}`,
];

describe.skipIf(!s3)("a managed metastore that is changed", () => {
  useSteps();
  const namespace = useNamespace("metastore");
  const cluster: ClusterName = { namespace, name: "lake" };
  const base: HiveMetastoreSpec = {
    version: OLD_VERSION,
    resources: { requests: { cpu: "50m" }, limits: { memory: "1Gi" } },
    warehouse: {
      location: `s3://${s3?.bucket}/${namespace}`,
      s3: { endpoint: s3?.endpoint ?? "", region: s3?.region ?? "", pathStyle: true, credentialsSecret: "lake" },
    },
    database: { embedded: { storage: "1Gi" } },
    retentionPolicy: "Delete",
  };
  let current = base;

  const change = async (wishes: Partial<HiveMetastoreSpec>): Promise<void> => {
    current = { ...current, ...wishes };
    const catalogs = { lake: { metastore: "managed" as const, properties: { "connector.name": "iceberg" } } };
    await apply(smallCluster(cluster.name, { catalogs, hiveMetastore: current }), namespace);
  };
  const configuration = async (): Promise<readonly string[]> => {
    const objects = await list("configmaps,secrets", namespace, "app.kubernetes.io/component in (metastore,metastore-schema)");
    return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted();
  };
  /** Ready, and the pods of before have said goodbye to their clients. */
  const settled = async (): Promise<void> => {
    await waitReady(cluster);
    await waitFor(
      "the old pods to be gone",
      async () => {
        const pods = await list("pods", namespace, "app.kubernetes.io/component=metastore");
        expect(pods).toHaveLength(current.replicas ?? 1);
      },
      { namespace },
    );
  };
  const rows = async (): Promise<unknown> => query(await trinoUrl(cluster), "select count(*) from lake.sales.nation");

  beforeAll(async () => {
    if (isLocalCluster()) await exclusively(async () => importImage((await hive3Image()).path)); // the nodes of another cluster pull it
  });

  it("becomes Ready, and says which Hive runs on which schema", async () => {
    await apply(
      { apiVersion: "v1", kind: "Secret", metadata: { name: "lake" }, stringData: { accessKey: s3?.accessKey, secretKey: s3?.secretKey } },
      namespace,
    );
    await change({});
    await waitReady(cluster, 600_000);
    expect((await clusterOf(cluster)).status?.hiveMetastore).toEqual({ ready: true, version: OLD_VERSION, schemaVersion: "3.1.0" });
    const url = await trinoUrl(cluster);
    for (const sql of [
      "create schema lake.load",
      "create schema lake.sales",
      "create table lake.sales.nation as select * from tpch.tiny.nation",
    ])
      await query(url, sql);
  });

  it("rolls out another configuration and a second pod while a client writes and reads: nothing fails", async () => {
    const before = await configuration();
    const stop = startRounds(await trinoUrl(cluster), ROUND);
    try {
      await change({ config: { "metastore.server.max.threads": "300" }, replicas: 2 });
      await settled();
      for (let turn = 0; LONG && turn < TURNS; turn++) {
        await change({ config: { "metastore.server.max.threads": String(301 + turn) }, replicas: 1 + (turn % 2) });
        await settled();
      }
    } finally {
      const { answered, failures, slowestMs } = await stop();
      process.stderr.write(`metastore: ${answered} statements answered, ${failures.length} failed, slowest ${slowestMs} ms\n`);
      expect(failures).toEqual([]);
      expect(answered).toBeGreaterThan(10);
    }
    expect(await podsOf(cluster, "metastore")).toHaveLength(current.replicas ?? 1);
    await waitFor(
      "the configuration of before to go",
      async () => {
        const now = await configuration();
        expect(now).toHaveLength(before.length);
        expect(now.filter((name) => !before.includes(name))).toHaveLength(1);
      },
      { namespace },
    );
  });

  it("brings the podTemplate to metastore, database and Job", async () => {
    const nodeSelector = { "kubernetes.io/os": "linux" };
    const [job] = await podsOf(cluster, "metastore-schema");
    await change({ podTemplate: { metadata: { labels: { team: "lake" } }, spec: { nodeSelector } }, replicas: 1 });
    await waitReady(cluster);
    expect(
      (await podsOf(cluster, "metastore-schema")).map(({ metadata }) => metadata.uid),
      "the Job need not run again",
    ).toEqual([job?.metadata.uid]);
    await kubectl(["delete", "jobs", "--all", `--namespace=${namespace}`]);
    await waitFor(
      "the Job to be made again",
      async () => {
        const pods = await list<PlacedPod>("pods", namespace, "app.kubernetes.io/component in (metastore,metastore-db,metastore-schema)");
        expect(new Set(pods.map(({ metadata }) => metadata.labels?.["app.kubernetes.io/component"]))).toEqual(PARTS);
        expect(pods).toHaveLength(PARTS.size);
        for (const { metadata, spec } of pods) {
          expect({ name: metadata.name, team: metadata.labels?.["team"], ...spec }).toMatchObject({ team: "lake", nodeSelector });
        }
      },
      { namespace },
    );
    await waitReady(cluster);
    expect(await rows()).toEqual([[25]]);
  });

  it("refuses a version with another schema, touches nothing, and names the cure", async () => {
    const before = [await podUids(cluster), await list("jobs", namespace).then((jobs) => jobs.map(({ metadata }) => metadata.uid))];
    await change({ version: METASTORE_VERSION });
    const { message } = await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "MetastoreUpgradeRefused" });
    expect(message).toMatch(/spec\.hiveMetastore\.version.*3\.1\.0.*backup.*spec\.hiveMetastore\.upgradeSchemaFrom to 3\.1\.0/);
    expect((await clusterOf(cluster)).status?.hiveMetastore).toMatchObject({ ready: true, version: OLD_VERSION, schemaVersion: "3.1.0" });
    expect([await podUids(cluster), await list("jobs", namespace).then((jobs) => jobs.map(({ metadata }) => metadata.uid))]).toEqual(
      before,
    );
    expect(await rows()).toEqual([[25]]);
  });

  it("upgrades the schema when the spec names the one that is there, and keeps every table", async () => {
    await change({ upgradeSchemaFrom: OLD_VERSION });
    await waitReady(cluster);
    expect((await clusterOf(cluster)).status?.hiveMetastore).toEqual({ ready: true, version: METASTORE_VERSION, schemaVersion: "4.0.0" });
    expect(await rows()).toEqual([[25]]);
    await query(await trinoUrl(cluster), "insert into lake.sales.nation select * from tpch.tiny.nation");
    expect(await rows()).toEqual([[50]]);
    await waitFor("the Jobs of before to go", async () => expect(await list("jobs", namespace)).toHaveLength(1), { namespace });
  });

  it("never goes back to an older schema, and serves on", async () => {
    const before = await podUids(cluster);
    const { upgradeSchemaFrom: _, ...rest } = current;
    current = rest;
    await change({ version: OLD_VERSION });
    await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "MetastoreDowngradeRefused" });
    expect(await podUids(cluster)).toEqual(before);
    await change({ version: METASTORE_VERSION });
    await waitReady(cluster);
    expect(await podUids(cluster)).toEqual(before);
    expect(await rows()).toEqual([[50]]);
  });

  it.skipIf(!isLocalCluster())("costs the API server no read and no write when nothing changes", async () => {
    await forceResync(cluster, 1, "trino.trino-operator.io/refresh"); // all Secrets are fresh now
    const requestsSince = await recordRequests({ namespace });
    await forceResync(cluster, 10, "example.com/touched");
    const { reads, writes } = await requestsSince();
    const ours = (requests: typeof reads): string => summaryOf(requests.filter((request) => request.namespace === namespace));
    expect(`writes: ${ours(writes)}; reads: ${ours(reads)}`).toBe("writes: none; reads: none");
  });

  // Two rollouts of Trino.
  it.runIf(LONG)("goes when the spec has it no more, but for the volume and the password, and is found again", async () => {
    const left = async (): Promise<readonly string[]> => {
      const kinds = "deployments,statefulsets,services,jobs,poddisruptionbudgets,configmaps,secrets,persistentvolumeclaims";
      const objects = await list(kinds, namespace, "app.kubernetes.io/component in (metastore,metastore-db,metastore-schema)");
      return objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).toSorted((a, b) => a.localeCompare(b));
    };
    await apply(smallCluster(cluster.name), namespace);
    await waitReady(cluster);
    await waitFor(
      "the metastore to go",
      async () => expect(await left()).toEqual(["PersistentVolumeClaim/data-lake-metastore-db-0", "Secret/lake-metastore-db"]),
      { namespace },
    );
    await change({});
    await waitReady(cluster);
    expect(await rows()).toEqual([[50]]);
  });
});
