import { describe, expect, it } from "vitest";
import type { TrinoClusterSpec } from "../api/v1alpha1/trino-cluster.ts";
import { build } from "./build.ts";
import type { Cluster } from "./cluster.ts";
import { cluster, manifest, type Objects, references } from "./fixtures.ts";
import type { Manifest, Resources, Revision } from "./resources.ts";
import { validate } from "./validate.ts";

const TPCH = { tpch: { properties: { "connector.name": "tpch" } } };

function revisions(of: Cluster): { coordinator: string; worker: string } {
  const { coordinator, workers } = build(of);
  return { coordinator: coordinator.revision.hash, worker: workers.revision.hash };
}

/** Which roles get another revision when `before` becomes `after`. */
function changedRoles(before: Cluster, after: Cluster): readonly string[] {
  const [old, next] = [revisions(before), revisions(after)];
  return [...(old.coordinator === next.coordinator ? [] : ["coordinator"]), ...(old.worker === next.worker ? [] : ["worker"])];
}

const BOTH = ["coordinator", "worker"];

describe("a revision", () => {
  it.each<{ name: string; spec: Partial<TrinoClusterSpec>; roles: readonly string[] }>([
    {
      name: "the coordinator's configuration changes the coordinator",
      spec: { coordinator: { config: { "config.properties": { "query.max-run-time": "1h" } } } },
      roles: ["coordinator"],
    },
    {
      name: "the workers' configuration changes the workers",
      spec: { workers: { config: { "config.properties": { "task.concurrency": "8" } } } },
      roles: ["worker"],
    },
    { name: "the workers' memory changes the workers", spec: { workers: { resources: { limits: { memory: "4Gi" } } } }, roles: ["worker"] },
    { name: "the drain timeout changes the workers", spec: { workers: { drainTimeout: "1h" } }, roles: ["worker"] },
    { name: "a wish for a restart changes its role", spec: { coordinator: { restartAt: "2026-01-01T00:00:00Z" } }, roles: ["coordinator"] },
    { name: "a catalog changes both roles", spec: { catalogs: TPCH }, roles: BOTH },
    { name: "the version changes both roles", spec: { version: 480 }, roles: BOTH },
    { name: "the image changes both roles", spec: { image: { tag: "476-1" } }, roles: BOTH },
    { name: "a log level changes both roles", spec: { logging: { levels: { "io.trino": "DEBUG" } } }, roles: BOTH },
    { name: "the number of workers changes nothing", spec: { workers: { replicas: 40 } }, roles: [] },
    { name: "the least number of workers changes nothing", spec: { workers: { minAvailable: 2 } }, roles: [] },
    { name: "the way of a rollout changes nothing", spec: { workers: { rollout: { maxSurge: 5, progressDeadline: "1h" } } }, roles: [] },
    { name: "policies change nothing", spec: { coordinator: { updatePolicy: { type: "Immediate" }, disruption: "Protect" } }, roles: [] },
    { name: "the Service changes nothing", spec: { service: { type: "LoadBalancer", port: 80, annotations: { a: "b" } } }, roles: [] },
    { name: "suspension changes nothing", spec: { suspend: true }, roles: [] },
    { name: "a metastore that no catalog uses changes nothing", spec: { hiveMetastore: {} }, roles: [] },
    { name: "another way to write the same changes nothing", spec: { version: "476", coordinator: {}, catalogs: {} }, roles: [] },
  ])("$name", ({ spec, roles }) => expect(changedRoles(cluster(), cluster(spec))).toEqual(roles));

  it("is not changed by labels and annotations of the TrinoCluster", () => {
    const labelled = validate(manifest({}, { labels: { team: "a" }, annotations: { note: "b" }, generation: 7 }), references());
    expect(changedRoles(cluster(), labelled)).toEqual([]);
  });

  it("is not changed by the order of labels in a node selector", () => {
    const [forwards, backwards] = [
      { a: "1", b: "2" },
      { b: "2", a: "1" },
    ].map((nodeSelector) => cluster({ workers: { nodeSelector } }));
    expect(changedRoles(forwards as Cluster, backwards as Cluster)).toEqual([]);
  });

  it("is not changed by the order in which a map is written", () => {
    const [forwards, backwards] = [
      { a: "1", b: "2" },
      { b: "2", a: "1" },
    ].map((properties) => cluster({ coordinator: { config: { "config.properties": properties } } }));
    expect(changedRoles(forwards as Cluster, backwards as Cluster)).toEqual([]);
  });

  it.each<{ name: string; spec: Partial<TrinoClusterSpec>; roles: readonly string[] }>([
    {
      name: "a catalog",
      spec: {
        catalogs: {
          db: {
            properties: { "connector.name": "mysql" },
            secretProperties: { "connection-password": { secretKeyRef: { name: "s", key: "k" } } },
          },
        },
      },
      roles: BOTH,
    },
    { name: "a file", spec: { workers: { files: { "rules.json": { secretKeyRef: { name: "s", key: "k" } } } } }, roles: ["worker"] },
    {
      name: "a variable",
      spec: { coordinator: { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] } },
      roles: ["coordinator"],
    },
    { name: "all variables of a Secret", spec: { coordinator: { envFrom: [{ secretRef: { name: "s" } }] } }, roles: ["coordinator"] },
    { name: "the CA bundle", spec: { caBundle: { secretKeyRef: { name: "s", key: "k" } } }, roles: BOTH },
  ])("is changed by another value of a Secret in $name", ({ spec, roles }) => {
    const [before, after] = ["one", "two"].map((value) => cluster(spec, { secrets: { s: { k: value } } }));
    expect(changedRoles(before as Cluster, after as Cluster)).toEqual(roles);
  });

  it("is the same for the same cluster, byte for byte", () => {
    expect(JSON.stringify(everything(build(cluster({ catalogs: TPCH, hiveMetastore: {} }))))).toBe(
      JSON.stringify(everything(build(cluster({ catalogs: TPCH, hiveMetastore: {} })))),
    );
  });
});

describe("configuration objects", () => {
  const spec: Partial<TrinoClusterSpec> = {
    catalogs: {
      db: {
        properties: { "connector.name": "mysql" },
        secretProperties: { "connection-password": { secretKeyRef: { name: "s", key: "k" } } },
      },
    },
  };

  it("are immutable, and named by the revision's record and template", () => {
    const { coordinator } = build(cluster(spec, { secrets: { s: { k: "v" } } }));
    const names = coordinator.revision.configuration.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names).toEqual([
      expect.stringMatching(/^ConfigMap\/orders-coordinator-[0-9a-f]{10}$/),
      expect.stringMatching(/^Secret\/orders-coordinator-[0-9a-f]{10}$/),
    ]);
    expect(coordinator.revision.configuration.map((object) => object["immutable"])).toEqual([true, true]);
    expect(coordinator.revision.record["data"]).toMatchObject({ version: 476, configuration: [...names, "Secret/orders-internal-1"] });
    const { annotations } = coordinator.revision.record.metadata;
    expect(annotations?.["trino.trino-operator.io/configuration"]).toBe([...names, "Secret/orders-internal-1"].join(","));
    for (const name of names) expect(JSON.stringify(coordinator.revision.template)).toContain(name.split("/")[1]);
  });

  it("have a Secret's name that cannot be guessed from its content without the cluster's key", () => {
    const nameWith = (key: string): string | undefined => {
      const read = {
        ...references({ secrets: { s: { k: "v" } } }),
        internalSecret: { name: "orders-internal-1", key: "shared", nameKey: key },
      };
      return build(validate(manifest(spec), read)).coordinator.revision.configuration[1]?.metadata.name;
    };
    expect(nameWith("one")).not.toBe(nameWith("two"));
  });

  it("keep a secret value out of everything but the Secret", () => {
    const { coordinator, workers, base } = build(cluster(spec, { secrets: { s: { k: "geheim" } } }));
    const [secrets, rest] = [true, false].map((secret) =>
      [
        ...base,
        ...coordinator.revision.configuration,
        ...workers.revision.configuration,
        coordinator.statefulSet(coordinator.revision, 1),
      ].filter(({ kind }) => (kind === "Secret") === secret),
    );
    expect(JSON.stringify(secrets)).toContain(Buffer.from("geheim").toString("base64"));
    expect(JSON.stringify(rest)).not.toMatch(/geheim|Z2VoZWlt/);
  });

  it("tell two secret properties apart that would have one variable", () => {
    const secret = { secretKeyRef: { name: "s", key: "k" } };
    const { coordinator } = build(
      cluster(
        { catalogs: { db: { properties: { "connector.name": "x" }, secretProperties: { "a.b": secret, "a-b": secret } } } },
        { secrets: { s: { k: "v" } } },
      ),
    );
    const data = coordinator.revision.configuration[1]?.["data"] as Record<string, string>;
    expect(Object.keys(data)).toEqual([
      expect.stringMatching(/^CATALOG_DB_A_B_[0-9A-F]{10}$/),
      expect.stringMatching(/^CATALOG_DB_A_B_[0-9A-F]{10}$/),
    ]);
  });
});

describe("everything that is made", () => {
  const secrets: Objects = { s: { k: "v", accessKey: "a", secretKey: "b" } };
  const all = everything(
    build(
      cluster(
        {
          catalogs: { lake: { properties: { "connector.name": "iceberg" }, metastore: "managed" } },
          hiveMetastore: { warehouse: { location: "s3://b/w", s3: { credentialsSecret: "s" } } },
          caBundle: { secretKeyRef: { name: "s", key: "k" } },
        },
        { secrets },
      ),
    ),
  );
  const kept = ["Secret/orders-metastore-db"];

  it("belongs to the cluster by label and owner, but for the password that may stay", () => {
    for (const { kind, metadata } of all) {
      expect(metadata.labels).toMatchObject({
        "trino.trino-operator.io/cluster-uid": "7a1c",
        "app.kubernetes.io/managed-by": "trino-operator",
        "app.kubernetes.io/instance": "orders",
      });
      expect(metadata.namespace).toBe("shop");
      const owners = metadata.ownerReferences?.length ?? 0;
      expect({ object: `${kind}/${metadata.name}`, owners }).toEqual({
        object: `${kind}/${metadata.name}`,
        owners: kept.includes(`${kind}/${metadata.name}`) ? 0 : 1,
      });
    }
  });

  it("has one name each", () => {
    const names = all.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("has names that fit into labels, however long the cluster's name is", () => {
    const long = validate(manifest({ hiveMetastore: {} }, { name: "a".repeat(30) }), references());
    for (const { metadata } of everything(build(long))) expect(metadata.name.length).toBeLessThanOrEqual(63);
  });

  it("selects its own pods, and never by version", () => {
    const { coordinator, workers } = build(cluster());
    const pods = [coordinator.revision.template, workers.revision.template].map((template) => template.metadata?.labels ?? {});
    const selecting = (selector: Readonly<Record<string, string>>): number =>
      pods.filter((labels) => Object.entries(selector).every(([key, value]) => labels[key] === value)).length;
    for (const object of everything(build(cluster())).filter(({ kind }) =>
      ["Service", "Deployment", "StatefulSet", "PodDisruptionBudget"].includes(kind),
    )) {
      const spec = object["spec"] as { selector: Record<string, string> & { matchLabels?: Record<string, string> } };
      const selector = spec.selector.matchLabels ?? spec.selector;
      expect(selecting(selector)).toBe(1);
      expect(JSON.stringify(selector)).not.toContain("476");
    }
  });

  it("sends clients to the coordinator while it serves, and nodes to it always", () => {
    const services = build(cluster()).base.filter(({ kind }) => kind === "Service");
    const selectors = Object.fromEntries(services.map(({ metadata, spec }) => [metadata.name, (spec as { selector: object }).selector]));
    const coordinator = { "app.kubernetes.io/component": "coordinator", "app.kubernetes.io/instance": "orders" };
    expect(selectors["orders"]).toMatchObject({ ...coordinator, "trino.trino-operator.io/serving": "true" });
    expect(selectors["orders-discovery-a"]).toMatchObject(coordinator);
    expect(selectors["orders-discovery-a"]).not.toHaveProperty(["trino.trino-operator.io/serving"]);
  });

  it("meets PodSecurity restricted on a read-only root file system", () => {
    for (const { name, spec } of podSpecs(all)) {
      expect({ name, ...spec.securityContext }).toMatchObject({ name, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
      expect({ name, token: spec.automountServiceAccountToken, links: spec.enableServiceLinks }).toEqual({
        name,
        token: false,
        links: false,
      });
      for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
        expect({ name, container: container.name, ...container.securityContext }).toEqual({
          name,
          container: container.name,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
      }
    }
  });

  it("mounts only volumes that are there", () => {
    for (const { name, spec } of podSpecs(all)) {
      const volumes = [...(spec.volumes ?? []).map((volume) => volume.name), "data"];
      const mounts = [...(spec.initContainers ?? []), ...spec.containers].flatMap((container) => container.volumeMounts ?? []);
      for (const mount of mounts)
        expect({ name, mount: mount.name, there: volumes.includes(mount.name) }).toEqual({ name, mount: mount.name, there: true });
    }
  });
});

describe("pods of a role", () => {
  const spec = (of: Cluster, role: "coordinator" | "workers"): NonNullable<Revision["template"]["spec"]> =>
    build(of)[role].revision.template.spec ?? { containers: [] };

  it("let a worker drain: twice the grace period and thirty seconds beyond the timeout", () => {
    expect(spec(cluster(), "workers").terminationGracePeriodSeconds).toBe(1800 + 2 * 20 + 30);
    const patient = cluster({ workers: { drainTimeout: "1h", config: { "config.properties": { "shutdown.grace-period": "1m" } } } });
    expect(spec(patient, "workers").terminationGracePeriodSeconds).toBe(3600 + 2 * 60 + 30);
    expect(spec(cluster(), "coordinator").terminationGracePeriodSeconds).toBe(60);
  });

  it.each([
    { version: 479, key: "drain-token-sha256" },
    { version: 480, key: "drain-token-hkdf" },
  ])("mount the drain token of Trino $version", ({ version, key }) => {
    for (const role of ["coordinator", "workers"] as const) {
      const token = spec(cluster({ version }), role).volumes?.find(({ name }) => name === "drain-token");
      expect(token?.secret).toMatchObject({ secretName: "orders-internal-1", items: [{ key, path: "token" }] });
    }
  });

  it.each<{ name: string; spec: TrinoClusterSpec["coordinator"] }>([
    { name: "adds", spec: { podLabels: { team: "a" } } },
    {
      name: "patches",
      spec: { podTemplate: { metadata: { labels: { $patch: "replace", team: "a" } } } },
    },
  ])("keep our labels whatever the user $name", ({ spec: coordinator }) => {
    expect(build(cluster({ coordinator: coordinator ?? {} })).coordinator.revision.template.metadata?.labels).toMatchObject({
      team: "a",
      "app.kubernetes.io/component": "coordinator",
      "app.kubernetes.io/instance": "orders",
      "trino.trino-operator.io/serving": "true",
    });
  });

  it("spread where they can, unless the user says how", () => {
    expect(spec(cluster(), "workers").topologySpreadConstraints?.map(({ whenUnsatisfiable }) => whenUnsatisfiable)).toEqual([
      "ScheduleAnyway",
      "ScheduleAnyway",
    ]);
    const own = cluster({
      workers: { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }] },
    });
    expect(spec(own, "workers").topologySpreadConstraints).toEqual([
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: expect.objectContaining({ "app.kubernetes.io/component": "worker" }) },
      },
    ]);
  });
});

function everything({ base, coordinator, workers, metastore }: Resources): readonly Manifest[] {
  return [
    ...base,
    ...coordinator.revision.configuration,
    coordinator.revision.record,
    coordinator.statefulSet(coordinator.revision, 1),
    ...workers.revision.configuration,
    workers.revision.record,
    workers.deployment(workers.revision, 2),
    ...(metastore ? [...metastore.base, ...(metastore.database ? [metastore.database] : []), metastore.schemaJob, metastore.workload] : []),
    ...(metastore?.generatedSecrets.map((secret) => secret.manifest) ?? []),
  ];
}

type PodSpec = NonNullable<Revision["template"]["spec"]>;

function podSpecs(manifests: readonly Manifest[]): readonly { name: string; spec: PodSpec }[] {
  const named = manifests.flatMap(({ kind, metadata, spec }) => {
    const template = (spec as { template?: { spec: PodSpec } } | undefined)?.template;
    return template ? [{ name: `${kind}/${metadata.name}`, spec: template.spec }] : [];
  });
  expect(named.length).toBeGreaterThanOrEqual(5);
  return named;
}
