import { describe, expect, it } from "vitest";
import { apply, kubectl, type Live, list } from "./harness/kubectl.ts";
import { METASTORE_VERSION, smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { query } from "./harness/statement-client.ts";
import { useSteps } from "./harness/steps.ts";
import { s3Server } from "./harness/target.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { type ClusterName, clusterOf, podsOf, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const s3 = s3Server();

interface Job extends Live {
  readonly status: { readonly succeeded?: number; readonly failed?: number };
}

describe.skipIf(!s3)("a lakehouse: Iceberg tables on S3 by way of the managed metastore", () => {
  useSteps();
  const namespace = useNamespace("lakehouse");
  const cluster: ClusterName = { namespace, name: "lakehouse" };
  const location = `s3://${s3?.bucket}/${namespace}`;
  let job: Job | undefined;

  it("becomes Ready", async () => {
    await apply(
      { apiVersion: "v1", kind: "Secret", metadata: { name: "lake" }, stringData: { accessKey: s3?.accessKey, secretKey: s3?.secretKey } },
      namespace,
    );
    const manifest = smallCluster(cluster.name, {
      catalogs: { lake: { metastore: "managed", properties: { "connector.name": "iceberg" } } },
      hiveMetastore: {
        version: METASTORE_VERSION,
        resources: { requests: { cpu: "50m" }, limits: { memory: "1Gi" } },
        warehouse: { location, s3: { endpoint: s3?.endpoint ?? "", region: s3?.region ?? "", pathStyle: true, credentialsSecret: "lake" } },
        database: { embedded: { storage: "1Gi" } },
        retentionPolicy: "Delete",
      },
    });
    await apply(manifest, namespace);
    await waitReady(cluster, 600_000);
    expect((await clusterOf(cluster)).status?.hiveMetastore?.ready).toBe(true);
  });

  it("made the metastore's schema by one Job that ran once", async () => {
    const jobs = await list<Job>("jobs", namespace);
    expect(jobs).toHaveLength(1);
    [job] = jobs;
    expect(job?.status).toMatchObject({ succeeded: 1 });
    expect(job?.status.failed ?? 0).toBe(0);
  });

  it("keeps rows that are written to it", async () => {
    const url = await trinoUrl(cluster);
    await query(url, "create schema lake.sales");
    await query(url, "create table lake.sales.nation as select * from tpch.tiny.nation");
    await query(url, "insert into lake.sales.nation select * from tpch.tiny.nation");
    expect(await query(url, "select count(*), count(distinct name) from lake.sales.nation")).toEqual([[50, 25]]);
  });

  it("keeps them on the S3 server, in the warehouse", async () => {
    const files = (await query(await trinoUrl(cluster), 'select file_path from lake.sales."nation$files"')).map(([path]) => String(path));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) expect(file.replace(/^s3a?:/, "s3:")).toMatch(new RegExp(`^${location}/`));
  });

  it("keeps tables and schema when the metastore's pod restarts", async () => {
    const [old] = await podsOf(cluster, "metastore");
    await kubectl(["delete", "pod", old?.metadata.name ?? "", `--namespace=${namespace}`]);
    await waitFor(
      "another metastore pod to be ready",
      async () => {
        const [pod] = await podsOf(cluster, "metastore");
        expect(pod?.metadata.uid).not.toBe(old?.metadata.uid);
        expect(pod?.status.conditions).toContainEqual(expect.objectContaining({ type: "Ready", status: "True" }));
      },
      { namespace },
    );
    await waitReady(cluster);
    expect(await query(await trinoUrl(cluster), "select count(*) from lake.sales.nation")).toEqual([[50]]);
    const jobs = await list<Job>("jobs", namespace);
    expect(jobs.map(({ metadata }) => metadata.uid)).toEqual([job?.metadata.uid]);
    expect(await podsOf(cluster, "metastore-schema")).toHaveLength(1);
  });
});
