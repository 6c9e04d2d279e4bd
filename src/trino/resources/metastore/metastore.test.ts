import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import { describe, expect, it } from "vitest";
import type { HiveMetastoreSpec } from "../../../api/v1alpha1/trino-cluster.ts";
import { build } from "../../build.ts";
import { cluster } from "../../fixtures.ts";
import type { Manifest, MetastoreResources } from "../../resources.ts";

const SECRETS = { keys: { accessKey: "AKIA-geheim", secretKey: "s3-geheim" }, database: { username: "hive", password: "db-geheim" } };

function metastore(hiveMetastore: HiveMetastoreSpec = {}, version = 476, secrets = SECRETS): MetastoreResources {
  const resources = build(cluster({ version, hiveMetastore }, { secrets })).metastore;
  if (resources === undefined) throw new Error("there is no metastore");
  return resources;
}

const S3: HiveMetastoreSpec = {
  warehouse: { location: "s3://lake/wh/", s3: { endpoint: "http://s3:9000", pathStyle: true, credentialsSecret: "keys" } },
};
const POSTGRESQL: HiveMetastoreSpec = { database: { postgresql: { host: "db.example.com", credentialsSecret: "database" } } };
const MYSQL: HiveMetastoreSpec = { database: { mysql: { host: "db", port: 3307, name: "hms", credentialsSecret: "database" } } };

function siteOf({ base }: MetastoreResources): Readonly<Record<string, string>> {
  const configMap = base.find(({ kind, data }) => kind === "ConfigMap" && JSON.stringify(data).includes("warehouse"));
  const xml = (configMap?.["data"] as Record<string, string> | undefined)?.["site.xml"] ?? "";
  return Object.fromEntries([...xml.matchAll(/<name>(.*)<\/name>\s*<value>(.*)<\/value>/g)].map(([, name, value]) => [name, value]));
}

function templateOf({ spec }: Manifest): IPodTemplateSpec {
  return (spec as { template: IPodTemplateSpec }).template;
}

function environmentOf(manifest: Manifest): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (templateOf(manifest).spec?.containers[0]?.env ?? []).map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
  );
}

describe("metastore-site.xml", () => {
  it("points to the embedded database, and leaves its password to the environment", () => {
    expect(siteOf(metastore())).toMatchObject({
      "javax.jdo.option.ConnectionURL": "jdbc:postgresql://orders-metastore-db.shop.svc:5432/metastore",
      "javax.jdo.option.ConnectionPassword": "${env.METASTORE_DATABASE_PASSWORD}",
    });
    expect(environmentOf(metastore().workload)).toMatchObject({
      METASTORE_DATABASE_USER: "metastore",
      METASTORE_DATABASE_PASSWORD: { secretKeyRef: { name: "orders-metastore-db", key: "password" } },
    });
  });

  it.each([
    { spec: POSTGRESQL, url: "jdbc:postgresql://db.example.com:5432/metastore", driver: "org.postgresql.Driver" },
    { spec: MYSQL, url: "jdbc:mysql://db:3307/hms", driver: "com.mysql.cj.jdbc.Driver" },
  ])("points to $url", ({ spec, url, driver }) => {
    expect(siteOf(metastore(spec))).toMatchObject({
      "javax.jdo.option.ConnectionURL": url,
      "javax.jdo.option.ConnectionDriverName": driver,
    });
  });

  it.each([
    { version: "3.1.3", expected: { "metastore.warehouse.dir": "s3a://lake/wh" }, external: undefined },
    { version: "4.0.1", expected: { "metastore.warehouse.dir": "s3a://lake/wh/managed" }, external: "s3a://lake/wh" },
  ])("keeps Trino's tables at the location in Hive $version", ({ version, expected, external }) => {
    const site = siteOf(metastore({ ...S3, version }));
    expect(site).toMatchObject(expected);
    expect(site["metastore.warehouse.external.dir"]).toBe(external);
  });

  it("is beaten by the user's own values", () => {
    expect(siteOf(metastore({ config: { "metastore.expression.proxy": "mine" } }))["metastore.expression.proxy"]).toBe("mine");
  });
});

describe("credentials", () => {
  it("are in an immutable Secret and nowhere else", () => {
    const { base, schemaJob, workload } = metastore({ ...S3, ...POSTGRESQL });
    const secrets = base.filter(({ kind }) => kind === "Secret");
    expect(secrets.map((secret) => [secret["immutable"], Object.keys(secret["data"] as object)])).toEqual([
      [true, ["METASTORE_DATABASE_PASSWORD", "METASTORE_DATABASE_USER", "METASTORE_S3_ACCESS_KEY", "METASTORE_S3_SECRET_KEY"]],
      [true, ["METASTORE_DATABASE_PASSWORD", "METASTORE_DATABASE_USER"]],
    ]);
    expect(JSON.stringify([base.filter(({ kind }) => kind !== "Secret"), schemaJob, workload])).not.toMatch(/geheim|Z2VoZWlt/);
  });
});

describe("the schema's Job", () => {
  const hash = (spec: HiveMetastoreSpec): string => metastore(spec).schemaJob.metadata.name;

  it.each<{ name: string; spec: HiveMetastoreSpec; again: boolean }>([
    { name: "another version of Hive", spec: { version: "4.0.1" }, again: true },
    { name: "another database", spec: POSTGRESQL, again: true },
    { name: "another warehouse", spec: S3, again: false },
    { name: "more memory", spec: { resources: { limits: { memory: "4Gi" } } }, again: false },
    { name: "more replicas", spec: { replicas: 3 }, again: false },
    { name: "another property", spec: { config: { a: "b" } }, again: false },
    { name: "another place", spec: { podTemplate: { spec: { nodeSelector: { a: "b" } } } }, again: false },
    { name: "another image", spec: { image: { tag: "4.0.1-mine" } }, again: true },
  ])("runs again for $name: $again", ({ spec, again }) => expect(hash(spec) !== hash({})).toBe(again));

  it("does not run again for another Trino", () => {
    expect(metastore({ version: "3.1.3" }, 480).schemaJob.metadata.name).toBe(metastore({ version: "3.1.3" }, 476).schemaJob.metadata.name);
  });

  it("runs again for another password", () => {
    const build = (password: string): string | undefined =>
      metastore(POSTGRESQL, 476, { ...SECRETS, database: { username: "hive", password } }).schemaJob.metadata.name;
    expect(build("one")).not.toBe(build("two"));
  });

  it("has a second one beside it, tried once, where the spec names a schema that may be upgraded", () => {
    const { schemaJob, upgradeJob, target } = metastore({ version: "4.0.1", upgradeSchemaFrom: "3.1.3" });
    expect([schemaJob["spec"], upgradeJob?.["spec"]]).toMatchObject([{ backoffLimit: 6 }, { backoffLimit: 0 }]);
    expect(templateOf(upgradeJob as Manifest).spec?.containers[0]?.command?.at(-1)).toContain("-upgradeSchemaFrom '3.1.0'");
    expect(target).toMatchObject({ prepare: { name: schemaJob.metadata.name }, upgrade: { name: upgradeJob?.metadata.name } });
    expect(target.prepare.name).not.toBe(target.upgrade?.name);
  });

  it.each<{ name: string; spec: HiveMetastoreSpec }>([
    { name: "names none", spec: { version: "4.0.1" } },
    { name: "names the one that Hive has by now", spec: { version: "4.0.1", upgradeSchemaFrom: "4.0.0" } },
  ])("has no second one where the spec $name", ({ spec }) => expect(metastore(spec).upgradeJob).toBeUndefined());

  it("cannot be cut off while it changes the schema", () => {
    expect(templateOf(metastore().schemaJob).spec?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(600);
  });
});

describe("the workload", () => {
  it("has the heap in both of the variables that could set it", () => {
    expect(environmentOf(metastore({ resources: { limits: { memory: "4Gi" } } }).workload)).toMatchObject({
      HADOOP_HEAPSIZE: "2867",
      HADOOP_CLIENT_OPTS: expect.stringContaining("-Xmx2867m"),
    });
  });

  it.each([
    { name: "with S3", spec: S3, path: "/opt/jdbc-drivers/*:/opt/hadoop/share/hadoop/tools/lib/*" },
    { name: "without", spec: {}, path: "/opt/jdbc-drivers/*" },
  ])("has the jars that it needs $name", ({ spec, path }) =>
    expect(environmentOf(metastore(spec).workload)["HADOOP_CLASSPATH"]).toBe(path),
  );

  it("is not restarted by another Trino", () => {
    expect(metastore({ version: "3.1.3" }, 480).workload).toEqual(metastore({ version: "3.1.3" }, 476).workload);
  });

  it("waits for its clients before it goes, and Kubernetes for that", () => {
    const { spec } = templateOf(metastore().workload);
    expect(spec?.containers[0]?.lifecycle?.preStop?.exec?.command?.at(-1)).toContain("/proc/net/tcp");
    expect(spec?.terminationGracePeriodSeconds).toBeGreaterThan(60);
  });
});

describe("configuration", () => {
  const configMapOf = ({ base }: MetastoreResources): Manifest | undefined => base.find(({ kind }) => kind === "ConfigMap");

  it("tells in each ConfigMap which Secret goes with it, and has another name with another Secret", () => {
    const [one, two] = ["one", "two"].map((password) =>
      metastore(POSTGRESQL, 476, { ...SECRETS, database: { username: "hive", password } }),
    );
    const secret = one?.base.find(({ kind }) => kind === "Secret")?.metadata.name;
    expect(one && configMapOf(one)?.metadata.annotations?.["trino.trino-operator.io/configuration"]).toBe(`Secret/${secret}`);
    expect(one && configMapOf(one)?.metadata.name).not.toBe(two && configMapOf(two)?.metadata.name);
  });

  it("has no Secret beside an embedded database and no object store", () => {
    expect(configMapOf(metastore())?.metadata.annotations).toBeUndefined();
  });
});

describe("the embedded database", () => {
  it("keeps volume and password together, neither of them owned", () => {
    const { database, generatedSecrets } = metastore({ database: { embedded: { storage: "7Gi", storageClass: "fast" } } });
    expect(generatedSecrets).toEqual([{ manifest: expect.objectContaining({ kind: "Secret" }), randomKeys: ["password"] }]);
    expect(generatedSecrets[0]?.manifest.metadata.ownerReferences).toBeUndefined();
    const claim = (database?.["spec"] as { volumeClaimTemplates: { metadata: object; spec: object }[] } | undefined)
      ?.volumeClaimTemplates[0];
    expect(claim?.spec).toEqual({ accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "7Gi" } } });
    expect(claim?.metadata).not.toHaveProperty("ownerReferences");
  });

  it("is not there beside a database of the user's", () => {
    const { database, generatedSecrets, base } = metastore(POSTGRESQL);
    expect({ database, generatedSecrets }).toEqual({ database: undefined, generatedSecrets: [] });
    expect(base.map(({ metadata }) => metadata.name)).not.toContain("orders-metastore-db");
  });
});

it("makes nothing for a metastore that is there already", () => {
  expect(build(cluster({ hiveMetastore: { external: { uris: ["thrift://m:9083"] } } })).metastore).toBeUndefined();
});
