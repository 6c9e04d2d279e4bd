import { describe, expect, it } from "vitest";
import type { TrinoClusterSpec } from "../api/v1alpha1/trino-cluster.ts";
import { cluster, manifest, references, violationsOf } from "./fixtures.ts";
import { GIBIBYTE, MEBIBYTE } from "./units/data-size.ts";
import { validate } from "./validate.ts";

const TPCH = { properties: { "connector.name": "tpch" } };

function workers(workersSpec: TrinoClusterSpec["workers"]): Partial<TrinoClusterSpec> {
  return { workers: workersSpec ?? {} };
}

function workerConfig(properties: Readonly<Record<string, string>>, version = 476): Partial<TrinoClusterSpec> {
  return { version, ...workers({ config: { "config.properties": properties } }) };
}

function catalog(properties: Readonly<Record<string, string>>, version = 476): Partial<TrinoClusterSpec> {
  return { version, catalogs: { lake: { properties } } };
}

describe("defaults", () => {
  it("fills in everything that one line leaves out", () => {
    const { coordinator, workers: workerRole, image, environment, service, metastore } = cluster();
    expect(image).toEqual({ reference: "trinodb/trino:476", pullPolicy: "IfNotPresent", pullSecrets: [] });
    expect(environment).toBe("shop_orders");
    expect(service).toEqual({ type: "ClusterIP", port: 8080, annotations: {} });
    expect(coordinator.resources).toEqual({ requests: { cpu: "500m", memory: "2Gi" }, limits: { memory: "2Gi" } });
    expect(coordinator.updatePolicy).toEqual({ kind: "WhenIdle", deadlineSeconds: undefined });
    expect({ replicas: workerRole.replicas, minAvailable: workerRole.minAvailable, drain: workerRole.drainTimeoutSeconds }).toEqual({
      replicas: 2,
      minAvailable: 1,
      drain: 1800,
    });
    expect(metastore).toBeUndefined();
  });

  it("takes a version that is a string", () => expect(cluster({ version: "480" }).version).toBe(480));

  it.each([
    { name: "tag", image: { tag: "476-custom" }, expected: "trinodb/trino:476-custom" },
    { name: "digest", image: { digest: `sha256:${"0".repeat(64)}` }, expected: `trinodb/trino@sha256:${"0".repeat(64)}` },
    { name: "repository", image: { repository: "registry.example.com:5000/trino" }, expected: "registry.example.com:5000/trino:476" },
  ])("names the image by its $name", ({ image, expected }) => expect(cluster({ image }).image.reference).toBe(expected));

  it.each([
    { version: 476, status: undefined, expected: "3.1.3" },
    { version: 480, status: undefined, expected: "4.0.1" },
    { version: 480, status: "3.1.3", expected: "3.1.3" },
  ])("chooses Hive $expected with Trino $version and $status running", ({ version, status, expected }) => {
    const object = {
      ...manifest({ version, hiveMetastore: {} }),
      ...(status === undefined ? {} : { status: { hiveMetastore: { ready: true, version: status } } }),
    };
    expect(validate(object, references()).metastore).toMatchObject({ kind: "managed", version: expected, database: { kind: "embedded" } });
  });
});

describe("memory", () => {
  it.each([
    { name: "70 % of a small limit", limit: "4Gi", heap: Math.floor(4096 * 0.7) },
    { name: "80 % from 8 GiB up", limit: "10Gi", heap: 8192 },
    { name: "512 MiB less than a tiny limit", limit: "1300Mi", heap: 788 },
  ])("the heap is $name", ({ limit, heap }) => {
    const { memory } = cluster(workers({ resources: { limits: { memory: limit } } })).workers;
    expect(memory.heap / MEBIBYTE).toBe(heap);
    expect(memory.perNode).toBe(Math.floor(heap * 0.3) * MEBIBYTE);
  });

  it("makes request and limit equal, from whichever is there", () => {
    expect(cluster(workers({ resources: { requests: { memory: "3Gi", cpu: 2 } } })).workers.resources).toEqual({
      requests: { cpu: "2", memory: "3Gi" },
      limits: { memory: "3Gi" },
    });
  });

  it("leaves a fixed heap to the user, with a word where it is tight", () => {
    const { workers: role, warnings } = cluster(workers({ resources: { limits: { memory: "2Gi" } }, jvm: { heap: "1.75GB" } }));
    expect(role.memory.heap).toBe(1.75 * GIBIBYTE);
    expect(warnings).toEqual([expect.stringContaining("spec.workers.jvm.heap leaves 256MiB")]);
  });

  it.each<{ name: string; spec: Partial<TrinoClusterSpec>; field: string }>([
    {
      name: "a limit that is no quantity",
      spec: workers({ resources: { limits: { memory: "4GB" } } }),
      field: "spec.workers.resources.limits.memory",
    },
    {
      name: "a limit without room for a heap",
      spec: workers({ resources: { limits: { memory: "600Mi" } } }),
      field: "spec.workers.resources.limits.memory",
    },
    {
      name: "a heap beyond the limit",
      spec: workers({ resources: { limits: { memory: "2Gi" } }, jvm: { heap: "2GB" } }),
      field: "spec.workers.jvm.heap",
    },
    {
      name: "a share and headroom beyond the heap",
      spec: workerConfig({ "query.max-memory-per-node": "1100MB" }),
      field: "spec.workers.config[config.properties]",
    },
    {
      name: "percentages that add up to more than the heap",
      spec: workerConfig({ "query.max-memory-per-node": "75%" }),
      field: "spec.workers.config[config.properties]",
    },
    {
      name: "a percentage before 476",
      spec: workerConfig({ "query.max-memory-per-node": "20%" }, 470),
      field: "spec.workers.config[config.properties][query.max-memory-per-node]",
    },
    {
      name: "a unit that Trino does not know",
      spec: workerConfig({ "memory.heap-headroom-per-node": "1Gi" }),
      field: "spec.workers.config[config.properties][memory.heap-headroom-per-node]",
    },
    {
      name: "a total that is less than its part",
      spec: workerConfig({ "query.max-memory": "30GB", "query.max-total-memory": "20GB" }),
      field: "spec.workers.config[config.properties][query.max-total-memory]",
    },
    {
      name: "a total that is less than Trino's default for its part",
      spec: workerConfig({ "query.max-total-memory": "19GB" }),
      field: "spec.workers.config[config.properties][query.max-total-memory]",
    },
  ])("refuses $name", ({ spec, field }) => expect(violationsOf(manifest(spec)).map((violation) => violation.field)).toEqual([field]));

  it("accepts a share and headroom that fill the heap", () => {
    expect(violationsOf(manifest(workerConfig({ "query.max-memory-per-node": "1000MB" })))).toEqual([]);
  });
});

describe("what is refused", () => {
  it.each<{ name: string; spec: Partial<TrinoClusterSpec>; field: string; problem: string }>([
    { name: "a version that is too old", spec: { version: 434 }, field: "spec.version", problem: "434 is not a supported version." },
    {
      name: "a version that is no number",
      spec: { version: "latest" },
      field: "spec.version",
      problem: "latest is not a supported version.",
    },
    {
      name: "two coordinators",
      spec: { coordinator: { replicas: 2 } },
      field: "spec.coordinator.replicas",
      problem: "Trino has exactly one coordinator.",
    },
    {
      name: "a catalog without connector.name",
      spec: catalog({ "hive.metastore.uri": "thrift://m:9083" }),
      field: "spec.catalogs.lake.properties",
      problem: "connector.name is missing.",
    },
    {
      name: "a catalog named system",
      spec: { catalogs: { system: TPCH } },
      field: "spec.catalogs.system",
      problem: "system is Trino's own catalog.",
    },
    {
      name: "a catalog with an upper-case name",
      spec: { catalogs: { Tpch: TPCH } },
      field: "spec.catalogs.Tpch",
      problem: "Tpch is not a name of a catalog.",
    },
    {
      name: "a catalog that wants a metastore where there is none",
      spec: { catalogs: { lake: { properties: { "connector.name": "iceberg" }, metastore: "managed" } } },
      field: "spec.catalogs.lake.metastore",
      problem: "spec.hiveMetastore is missing.",
    },
    {
      name: "a metastore for a connector that has none",
      spec: { hiveMetastore: {}, catalogs: { lake: { ...TPCH, metastore: "managed" } } },
      field: "spec.catalogs.lake.metastore",
      problem: "The connector tpch uses no metastore.",
    },
    {
      name: "a metastore for a catalog that uses another",
      spec: {
        hiveMetastore: {},
        catalogs: { lake: { properties: { "connector.name": "iceberg", "iceberg.catalog.type": "rest" }, metastore: "managed" } },
      },
      field: "spec.catalogs.lake.properties[iceberg.catalog.type]",
      problem: "rest is not the metastore of spec.hiveMetastore.",
    },
    {
      name: "a key that only the operator may set",
      spec: workerConfig({ "http-server.http.port": "9000" }),
      field: "spec.workers.config[config.properties][http-server.http.port]",
      problem: "http-server.http.port is set by the operator.",
    },
    {
      name: "a key that a worker does not know",
      spec: workerConfig({ "web-ui.enabled": "false" }),
      field: "spec.workers.config[config.properties][web-ui.enabled]",
      problem: "Trino 476 does not start with web-ui.enabled on a worker.",
    },
    {
      name: "a key that a version no longer knows",
      spec: workerConfig({ "task.statistics-cpu-timer-enabled": "true" }, 479),
      field: "spec.workers.config[config.properties][task.statistics-cpu-timer-enabled]",
      problem: "Trino 479 does not start with task.statistics-cpu-timer-enabled.",
    },
    {
      name: "a key that a version does not know yet",
      spec: catalog({ "connector.name": "iceberg", "fs.s3.enabled": "true" }, 480),
      field: "spec.catalogs.lake.properties[fs.s3.enabled]",
      problem: "Trino 480 does not start with fs.s3.enabled in a catalog.",
    },
    {
      name: "a file system that was removed",
      spec: catalog({ "connector.name": "hive", "hive.s3.endpoint": "x" }, 481),
      field: "spec.catalogs.lake.properties[hive.s3.endpoint]",
      problem: "Trino 481 does not start with hive.s3.endpoint in a catalog.",
    },
    {
      name: "a grace period that the coordinator does not notice",
      spec: workerConfig({ "shutdown.grace-period": "10s" }),
      field: "spec.workers.config[config.properties][shutdown.grace-period]",
      problem: "10s is too short for the coordinator to notice that a worker shuts down, or is no duration.",
    },
    {
      name: "overrides in a file that is not one of properties",
      spec: workers({ config: { "jvm.config": { a: "b" } } }),
      field: "spec.workers.config[jvm.config]",
      problem: "jvm.config is not a properties file under /etc/trino.",
    },
    {
      name: "a duration without unit",
      spec: workers({ drainTimeout: "30" }),
      field: "spec.workers.drainTimeout",
      problem: "30 is not a duration.",
    },
    {
      name: "a security manager from 474 on",
      spec: { version: 474, ...workers({ jvm: { extraArguments: { add: ["-Djava.security.manager=allow"] } } }) },
      field: "spec.workers.jvm.extraArguments.add",
      problem: "-Djava.security.manager=allow cannot be used with Trino 474.",
    },
    {
      name: "a heap by an argument",
      spec: workers({ jvm: { extraArguments: { add: ["-Xmx5g"] } } }),
      field: "spec.workers.jvm.extraArguments.add",
      problem: "-Xmx cannot be used with Trino 476.",
    },
    {
      name: "a rollout that could replace nothing",
      spec: workers({ rollout: { maxSurge: 0 } }),
      field: "spec.workers.rollout",
      problem: "maxSurge and maxUnavailable are both 0, so that no worker could ever be replaced.",
    },
    {
      name: "one file in two places",
      spec: workers({ config: { "event-listener.properties": { a: "b" } }, files: { "event-listener.properties": { text: "a=b" } } }),
      field: "spec.workers.files[event-listener.properties]",
      problem: "event-listener.properties is set twice.",
    },
    {
      name: "a file of the operator's",
      spec: workers({ files: { "jvm.config": { text: "" } } }),
      field: "spec.workers.files[jvm.config]",
      problem: "jvm.config is written by the operator.",
    },
    {
      name: "a file outside /etc/trino",
      spec: workers({ files: { "../x": { text: "" } } }),
      field: "spec.workers.files[../x]",
      problem: "../x is not a path below /etc/trino.",
    },
    {
      name: "a Secret of a name that none can have, rather than to wait for it",
      spec: { caBundle: { secretKeyRef: { name: "Not_A_Name", key: "text" } } },
      field: "spec.caBundle",
      problem: "Not_A_Name cannot be the name of a Secret.",
    },
    {
      name: "a key that none can have, optional or not",
      spec: workers({ env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "a", key: "b/c", optional: true } } }] }),
      field: "spec.workers.env[A]",
      problem: "b/c cannot be a key of a ConfigMap.",
    },
    {
      name: "a whole Secret of a name that none can have",
      spec: workers({ envFrom: [{ secretRef: { name: "../x", optional: true } }] }),
      field: "spec.workers.envFrom",
      problem: "../x cannot be the name of a Secret.",
    },
    {
      name: "a connector without a name",
      spec: catalog({ "connector.name": "" }),
      field: "spec.catalogs.lake.properties[connector.name]",
      problem: "connector.name is empty, or has a space in it.",
    },
    {
      name: "a heap that is taken away by an argument",
      spec: workers({ jvm: { extraArguments: { remove: ["-Xmx1433m"] } } }),
      field: "spec.workers.jvm.extraArguments.remove",
      problem: "-Xmx1433m cannot be removed.",
    },
    {
      name: "a rollout without any time, which no Deployment can have",
      spec: workers({ rollout: { progressDeadline: "0s" } }),
      field: "spec.workers.rollout.progressDeadline",
      problem: "0s is too short.",
    },
    {
      name: "a time that Kubernetes cannot hold",
      spec: workers({ drainTimeout: "99999999999d" }),
      field: "spec.workers.drainTimeout",
      problem: "99999999999d is too long.",
    },
    {
      name: "a file that takes the place of a catalog",
      spec: workers({ files: { "catalog__tpch.properties": { text: "" } } }),
      field: "spec.workers.files[catalog__tpch.properties]",
      problem: "catalog__tpch.properties cannot be told from catalog/tpch.properties.",
    },
    {
      name: "a path that is no key",
      spec: workers({ files: { [`a/${"b".repeat(251)}`]: { text: "" } } }),
      field: `spec.workers.files[a/${"b".repeat(251)}]`,
      problem: "A path of 253 characters is too long.",
    },
    {
      name: "a mount over the configuration",
      spec: workers({ volumeMounts: [{ name: "v", mountPath: "/etc" }] }),
      field: "spec.workers.volumeMounts[0].mountPath",
      problem: "/etc hides /etc/trino, which the operator fills.",
    },
    {
      name: "a mount below the configuration",
      spec: workers({ volumeMounts: [{ name: "v", mountPath: "/etc/trino/rules" }] }),
      field: "spec.workers.volumeMounts[0].mountPath",
      problem: "/etc/trino is read-only, so that nothing can be mounted below it.",
    },
    {
      name: "a volume of the operator's name",
      spec: workers({ volumes: [{ name: "tmp" }] }),
      field: "spec.workers.volumes[0].name",
      problem: "tmp is used by the operator.",
    },
    {
      name: "a variable of the operator's name",
      spec: workers({ env: [{ name: "TRINO_INTERNAL_SHARED_SECRET", value: "x" }] }),
      field: "spec.workers.env[0].name",
      problem: "TRINO_INTERNAL_SHARED_SECRET is used by the operator.",
    },
    {
      name: "a label by which the operator finds its pods",
      spec: workers({ podLabels: { "app.kubernetes.io/name": "mine" } }),
      field: "spec.workers.podLabels",
      problem: "app.kubernetes.io/name is set by the operator.",
    },
    {
      name: "a label of the operator's prefix",
      spec: { coordinator: { podLabels: { "trino.trino-operator.io/serving": "false" } } },
      field: "spec.coordinator.podLabels",
      problem: "trino.trino-operator.io/serving is set by the operator.",
    },
    {
      name: "an annotation of the operator's, also where a field of the role sets it too",
      spec: workers({ restartAt: "2026-01-01T00:00:00Z", podAnnotations: { "trino.trino-operator.io/restart-at": "x" } }),
      field: "spec.workers.podAnnotations",
      problem: "trino.trino-operator.io/restart-at is set by the operator.",
    },
    {
      name: "an annotation by which the operator orders a removal",
      spec: workers({ podTemplate: { metadata: { annotations: { "controller.kubernetes.io/pod-deletion-cost": "1" } } } }),
      field: "spec.workers.podTemplate",
      problem: "controller.kubernetes.io/pod-deletion-cost is set by the operator.",
    },
    {
      name: "a label of the operator's on the metastore",
      spec: { hiveMetastore: { podTemplate: { metadata: { labels: { "app.kubernetes.io/component": "worker" } } } } },
      field: "spec.hiveMetastore.podTemplate",
      problem: "app.kubernetes.io/component is set by the operator.",
    },
    {
      name: "a schema that is newer than the Hive it shall be upgraded to",
      spec: { hiveMetastore: { version: "3.1.3", upgradeSchemaFrom: "4.0.1" } },
      field: "spec.hiveMetastore.upgradeSchemaFrom",
      problem: "The schema 4.0.0 is newer than that of Hive 3.1.3, which is 3.1.0; a schema cannot be downgraded.",
    },
    {
      name: "a patch that takes the container of the metastore away",
      spec: { hiveMetastore: { podTemplate: { spec: { containers: [{ name: "metastore", $patch: "delete" }] } } } },
      field: "spec.hiveMetastore.podTemplate",
      problem: "It removes the container metastore.",
    },
    {
      name: "a patch that takes the container of the metastore's database away",
      spec: { hiveMetastore: { podTemplate: { spec: { containers: [{ name: "postgresql", $patch: "delete" }] } } } },
      field: "spec.hiveMetastore.podTemplate",
      problem: "It removes the container postgresql.",
    },
    {
      name: "a patch that cannot be applied",
      spec: workers({ podTemplate: { spec: { containers: [{ image: "x" }] } } }),
      field: "spec.workers.podTemplate",
      problem: "It cannot be applied: an item of containers has no name.",
    },
    {
      name: "a patch without Trino",
      spec: workers({ podTemplate: { spec: { containers: [{ name: "trino", $patch: "delete" }] } } }),
      field: "spec.workers.podTemplate",
      problem: "It removes the container trino.",
    },
  ])("$name", ({ spec, field, problem }) => {
    expect(violationsOf(manifest(spec))).toEqual([{ field, problem, cure: expect.stringMatching(/^[A-Z].*\.$/), waiting: false }]);
  });

  it("a patch on a database that is not the operator's", () => {
    const hiveMetastore = {
      database: { mysql: { host: "db", credentialsSecret: "s" } },
      podTemplate: { spec: { containers: [{ name: "postgresql", env: [] }] } },
    };
    const read = references({ secrets: { s: { username: "u", password: "p" } } });
    expect(violationsOf(manifest({ hiveMetastore }), read).map(({ problem }) => problem)).toEqual([
      "There is no container postgresql: the database is not an embedded one.",
    ]);
  });

  it.each(["a".repeat(31), "Orders", "orders-", "1orders", "or.ders"])("%j as a name", (name) => {
    expect(violationsOf(manifest({}, { name })).map(({ field }) => field)).toEqual(["metadata.name"]);
  });

  it("two files of which one would be lost", () => {
    const files = { "a/b": { text: "1" }, a__b: { text: "2" } };
    expect(violationsOf(manifest(workers({ files }))).map(({ problem }) => problem)).toEqual([
      "a/b cannot be told from a__b.",
      "a__b cannot be told from a/b.",
    ]);
  });

  it("everything at once", () => {
    const spec = {
      version: 400,
      catalogs: { lake: { properties: {} } },
      ...workers({ drainTimeout: "soon", resources: { limits: { memory: "lots" } } }),
    };
    expect(violationsOf(manifest(spec)).map(({ field }) => field)).toEqual([
      "spec.version",
      "spec.workers.resources.limits.memory",
      "spec.workers.drainTimeout",
      "spec.catalogs.lake.properties",
    ]);
  });
});

describe("references", () => {
  const spec: Partial<TrinoClusterSpec> = {
    catalogs: {
      db: {
        properties: { "connector.name": "postgresql" },
        secretProperties: { "connection-password": { secretKeyRef: { name: "db", key: "password" } } },
      },
    },
  };

  it.each([
    { name: "a Secret that is not there", secrets: {}, problem: "Secret db does not exist." },
    { name: "a key that is not there", secrets: { db: { user: "u" } }, problem: "Secret db has no key password." },
  ])("waits for $name", ({ secrets, problem }) => {
    expect(violationsOf(manifest(spec), references({ secrets }))).toEqual([
      {
        field: "spec.catalogs.db.secretProperties[connection-password].secretKeyRef",
        problem,
        cure: "Create Secret db with the key password in the cluster's namespace.",
        waiting: true,
      },
    ]);
  });

  it("takes the value when it is there", () => {
    expect(cluster(spec, { secrets: { db: { password: "geheim" } } }).referenced).toEqual(new Map([["Secret/db/password", "geheim"]]));
  });

  it("never says a value", () => {
    const wrong = {
      ...spec,
      version: 1,
      ...workers({
        files: { "a.json": { secretKeyRef: { name: "db", key: "password" } } },
        env: [{ name: "TRINO_INTERNAL_SHARED_SECRET" }],
      }),
    };
    const secrets = { db: { password: "geheim\ufffd" } };
    expect(JSON.stringify(violationsOf(manifest(wrong), references({ secrets })))).not.toContain("geheim");
  });
});

describe("warnings", () => {
  it.each([
    { name: "a version that is newer than the newest known", spec: { version: 484 }, warning: "Trino 484 is newer" },
    { name: "a version whose drain is broken", spec: { version: 475 }, warning: "Trino 475 cannot shut down a worker gracefully" },
    {
      name: "JSON that a version cannot write",
      spec: { version: 470, logging: { format: "json" as const } },
      warning: "Trino 470 writes text",
    },
    {
      name: "an argument to remove that is not there",
      spec: workers({ jvm: { extraArguments: { remove: ["-XX:+NotThere", "-XX:+ExitOnOutOfMemoryError"] } } }),
      warning: "spec.workers.jvm.extraArguments.remove: -XX:+NotThere is none of the arguments",
    },
  ])("speaks of $name", ({ spec, warning }) => expect(cluster(spec).warnings).toEqual([expect.stringContaining(warning)]));

  it("has none for a plain cluster", () => expect(cluster().warnings).toEqual([]));
});
