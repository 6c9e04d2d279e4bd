import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { apply, kubectl, list } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { operatorLog } from "./harness/operator.ts";
import { query } from "./harness/statement-client.ts";
import { useSteps } from "./harness/steps.ts";
import { s3Server } from "./harness/target.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { type ClusterName, podsOf, podUids, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const s3 = s3Server();
const WRONG_KEY = `wrong-${randomBytes(12).toString("hex")}`;

/** Hive tables on S3 without a metastore: a key that the S3 server refuses shows with the first statement. */
const lakeCatalog = {
  properties: {
    "connector.name": "hive",
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": `s3://${s3?.bucket}/secret-change-${randomBytes(4).toString("hex")}`,
    "fs.native-s3.enabled": "true",
    "s3.endpoint": s3?.endpoint ?? "",
    "s3.region": s3?.region ?? "",
    "s3.path-style-access": "true",
    "s3.aws-access-key": s3?.accessKey ?? "",
  },
  secretProperties: { "s3.aws-secret-key": { secretKeyRef: { name: "lake-key", key: "value" } } },
};

const secret = (value: string): object => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "lake-key" }, stringData: { value } });

describe.skipIf(!s3)("a Secret behind a catalog's property", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("secret"), name: "secretive" };
  let before: readonly string[];

  beforeAll(async () => {
    await apply(secret(WRONG_KEY), cluster.namespace);
    await apply(smallCluster(cluster.name, { catalogs: { lake: lakeCatalog } }), cluster.namespace);
    await waitReady(cluster);
    before = await podUids(cluster);
  });

  it("reaches Trino: with a wrong key the S3 server refuses", async () => {
    await expect(query(await trinoUrl(cluster), "create schema lake.tables")).rejects.toThrow(/HIVE_METASTORE_ERROR|HIVE_FILESYSTEM_ERROR/);
  });

  it("replaces all pods when it changed and the refresh annotation asks for it", async () => {
    await apply(secret(s3?.secretKey ?? ""), cluster.namespace);
    await kubectl([
      "annotate",
      "trinocluster",
      cluster.name,
      `--namespace=${cluster.namespace}`,
      `trino.trino-operator.io/refresh=${Date.now()}`,
    ]);
    await waitFor(
      "all pods to be new",
      async () => {
        const now = await podUids(cluster);
        expect(now.filter((uid) => before.includes(uid))).toEqual([]);
      },
      { namespace: cluster.namespace },
    );
    await waitReady(cluster);
  });

  it("is used with its new value after that", async () => {
    const url = await trinoUrl(cluster);
    await query(url, "create schema lake.tables");
    await query(url, "create table lake.tables.nation as select * from tpch.tiny.nation");
    expect(await query(url, "select count(*) from lake.tables.nation")).toEqual([[25]]);
  });

  it.each([
    ["the wrong value", WRONG_KEY],
    ["the right value", s3?.secretKey ?? ""],
  ])("never shows %s outside of Secrets", async (_name, value) => {
    const objects = await kubectl([
      "get",
      "trinoclusters,pods,statefulsets,deployments,replicasets,controllerrevisions,configmaps,services,jobs",
      `--namespace=${cluster.namespace}`,
      "--output=yaml",
    ]);
    const events = await kubectl(["get", "events.v1.events.k8s.io", `--namespace=${cluster.namespace}`, "--output=yaml"]);
    const logs = await Promise.all(
      (await podsOf(cluster)).map((pod) => kubectl(["logs", pod.metadata.name, `--namespace=${cluster.namespace}`, "--all-containers"])),
    );
    for (const text of [objects, events, await operatorLog(), ...logs]) {
      expect(text).not.toContain(value);
      expect(text).not.toContain(Buffer.from(value).toString("base64"));
    }
    expect(await list("secrets", cluster.namespace)).not.toEqual([]);
  });
});
