import { describe, expect, it } from "vitest";
import type { TrinoClusterSpec } from "../../api/v1alpha1/trino-cluster.ts";
import type { RoleName } from "../cluster.ts";
import { cluster, type Objects } from "../fixtures.ts";
import { fatalProperty } from "../properties-by-version.ts";
import { contributionsOf } from "./table.ts";

interface Rendered {
  readonly properties: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly jvm: readonly string[];
}

function rendered(spec: Partial<TrinoClusterSpec>, role: RoleName = "worker", objects: { secrets?: Objects } = {}): Rendered {
  const { files, jvm } = contributionsOf(cluster(spec, objects), role);
  const values = Object.entries(files).map(
    ([file, properties]) => [file, Object.fromEntries(Object.entries(properties).map(([key, { value }]) => [key, value]))] as const,
  );
  return { properties: Object.fromEntries(values), jvm: jvm.map(({ argument }) => argument) };
}

describe("config.properties", () => {
  it("sends workers to the coordinator behind the discovery Service, and the coordinator to itself", () => {
    expect(rendered({}).properties["config.properties"]).toMatchObject({
      coordinator: "false",
      "discovery.uri": "http://orders-discovery-a.shop.svc:8080",
    });
    expect(rendered({}, "coordinator").properties["config.properties"]).toMatchObject({
      coordinator: "true",
      "discovery.uri": "http://localhost:8080",
      "node-scheduler.include-coordinator": "false",
    });
  });

  it.each([435, 476, 477, 483])("never has discovery-server.enabled, which is fatal from 477 on (%d)", (version) => {
    expect(rendered({ version }, "coordinator").properties["config.properties"]).not.toHaveProperty(["discovery-server.enabled"]);
  });

  it("is beaten by the user's overrides, in the role that they are for", () => {
    const spec = { workers: { config: { "config.properties": { "http-server.log.enabled": "true" } } } };
    expect(rendered(spec, "worker").properties["config.properties"]).toHaveProperty(["http-server.log.enabled"], "true");
    expect(rendered(spec, "coordinator").properties["config.properties"]).toHaveProperty(["http-server.log.enabled"], "false");
  });

  it.each([
    { version: 470, expected: undefined },
    { version: 471, expected: "JSON" },
  ])("asks Trino $version for the console format $expected", ({ version, expected }) => {
    expect(rendered({ version, logging: { format: "json" } }).properties["config.properties"]?.["log.console-format"]).toBe(expected);
  });
});

describe("jvm.config", () => {
  it.each([
    {
      version: 435,
      has: ["-XX:GCLockerRetryAllocationCount=32", "-Dfile.encoding=UTF-8"],
      hasNot: ["-Djava.security.manager=allow", "-XX:G1NumCollectionsKeepPinned=10000000"],
    },
    {
      version: 450,
      has: ["-XX:+UnlockDiagnosticVMOptions", "-XX:G1NumCollectionsKeepPinned=10000000"],
      hasNot: ["-XX:GCLockerRetryAllocationCount=32"],
    },
    { version: 464, has: ["-Djava.security.manager=allow"], hasNot: ["-XX:G1NumCollectionsKeepPinned=10000000"] },
    {
      version: 476,
      has: ["-XX:+EnableDynamicAgentLoading"],
      hasNot: ["-Djava.security.manager=allow", "--add-modules=jdk.incubator.vector"],
    },
    { version: 483, has: ["--add-modules=jdk.incubator.vector"], hasNot: ["-XX:+EnableDynamicAgentLoading", "-Dfile.encoding=UTF-8"] },
    { version: 500, has: ["--add-modules=jdk.incubator.vector"], hasNot: [] },
  ])("of Trino $version", ({ version, has, hasNot }) => {
    const { jvm } = rendered({ version });
    expect(jvm).toEqual(expect.arrayContaining(has));
    for (const argument of hasNot) expect(jvm).not.toContain(argument);
  });

  it.each([
    { memory: "2Gi", region: "4M" },
    { memory: "4Gi", region: "8M" },
    { memory: "12Gi", region: "16M" },
    { memory: "64Gi", region: "32M" },
  ])("has regions of $region in $memory", ({ memory, region }) => {
    expect(rendered({ workers: { resources: { limits: { memory } } } }).jvm).toContain(`-XX:G1HeapRegionSize=${region}`);
  });

  it("leaves the collector to the user who chooses one", () => {
    const { jvm } = rendered({ workers: { jvm: { extraArguments: { add: ["-XX:+UseSerialGC"] } } } });
    expect(jvm.filter((argument) => argument.includes("G1"))).toEqual([]);
    expect(jvm.at(-1)).toBe("-XX:+UseSerialGC");
  });

  it("leaves out what the user removes", () => {
    const spec = { workers: { jvm: { extraArguments: { remove: ["-XX:+ExitOnOutOfMemoryError"] } } } };
    expect(rendered(spec).jvm).not.toContain("-XX:+ExitOnOutOfMemoryError");
    expect(rendered(spec, "coordinator").jvm).toContain("-XX:+ExitOnOutOfMemoryError");
  });
});

describe("a catalog on the managed metastore", () => {
  const s3 = { endpoint: "http://s3:9000", region: "eu", pathStyle: true, credentialsSecret: "keys" };
  const secrets = { keys: { accessKey: "a", secretKey: "b" } };
  const lake = (version: number, properties: Readonly<Record<string, string>> = {}): Partial<TrinoClusterSpec> => ({
    version,
    catalogs: { lake: { properties: { "connector.name": "iceberg", ...properties }, metastore: "managed" } },
    hiveMetastore: { warehouse: { location: "s3://b/w", s3 } },
  });

  it.each([
    { version: 480, key: "fs.native-s3.enabled" },
    { version: 481, key: "fs.s3.enabled" },
  ])("finds metastore and warehouse in Trino $version by $key", ({ version, key }) => {
    expect(rendered(lake(version), "worker", { secrets }).properties["catalog/lake.properties"]).toEqual({
      "connector.name": "iceberg",
      "hive.metastore.uri": "thrift://orders-metastore.shop.svc:9083",
      [key]: "true",
      "s3.endpoint": "http://s3:9000",
      "s3.region": "eu",
      "s3.path-style-access": "true",
      "s3.aws-access-key": "${ENV:WAREHOUSE_S3_ACCESS_KEY}",
      "s3.aws-secret-key": "${ENV:WAREHOUSE_S3_SECRET_KEY}",
    });
  });

  it("keeps what the user sets, and then mixes no credentials", () => {
    const own = { "s3.region": "us", "s3.aws-access-key": "mine", "s3.aws-secret-key": "mine too", "fs.native-s3.enabled": "true" };
    expect(rendered(lake(481, own), "worker", { secrets }).properties["catalog/lake.properties"]).toMatchObject(own);
    expect(rendered(lake(481, own), "worker", { secrets }).properties["catalog/lake.properties"]).not.toHaveProperty(["fs.s3.enabled"]);
    expect(contributionsOf(cluster(lake(481, own), { secrets }), "worker").secretEnv).toEqual({});
  });

  it("finds one that is there already", () => {
    const spec: Partial<TrinoClusterSpec> = {
      catalogs: { lake: { properties: { "connector.name": "hive" }, metastore: "managed" } },
      hiveMetastore: { external: { uris: ["thrift://a:9083", "thrift://b:9083"] } },
    };
    expect(rendered(spec).properties["catalog/lake.properties"]).toEqual({
      "connector.name": "hive",
      "hive.metastore.uri": "thrift://a:9083,thrift://b:9083",
    });
  });
});

it("no rendered property is one that its version refuses", () => {
  for (const version of [435, 450, 464, 476, 477, 479, 480, 481, 483]) {
    for (const role of ["coordinator", "worker"] as const) {
      const { properties } = rendered({ version, logging: { format: "json" } }, role);
      for (const key of Object.keys(properties["config.properties"] ?? {}))
        expect(fatalProperty(key, { where: "config", version, role })).toBeUndefined();
    }
  }
});
