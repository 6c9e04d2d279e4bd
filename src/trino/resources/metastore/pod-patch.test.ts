import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import { describe, expect, it } from "vitest";
import { build } from "../../build.ts";
import { cluster } from "../../fixtures.ts";
import type { Manifest } from "../../resources.ts";

type Templates = Readonly<Record<"workload" | "job" | "upgrade" | "database", IPodTemplateSpec>>;

function templates(podTemplate?: Readonly<Record<string, unknown>>): Templates {
  const spec = { version: "4.0.1", upgradeSchemaFrom: "3.1.0", ...(podTemplate ? { podTemplate } : {}) };
  const { metastore } = build(cluster({ hiveMetastore: spec }));
  const of = (manifest: Manifest | undefined): IPodTemplateSpec =>
    (manifest?.["spec"] as { template: IPodTemplateSpec } | undefined)?.template ?? {};
  return {
    workload: of(metastore?.workload),
    job: of(metastore?.schemaJob),
    upgrade: of(metastore?.upgradeJob),
    database: of(metastore?.database),
  };
}

const ALL = ["workload", "job", "upgrade", "database"] as const;
const PLAIN = templates();
const containersOf = ({ spec }: IPodTemplateSpec): readonly string[] => (spec?.containers ?? []).map(({ name }) => name);
const volumesOf = ({ spec }: IPodTemplateSpec): readonly string[] => (spec?.volumes ?? []).map(({ name }) => name);

describe("the metastore's podTemplate", () => {
  it.each([
    { field: "nodeSelector", value: { disk: "fast" } },
    { field: "tolerations", value: [{ key: "k", operator: "Exists" }] },
    { field: "priorityClassName", value: "high" },
    { field: "imagePullSecrets", value: [{ name: "registry" }] },
    { field: "affinity", value: { nodeAffinity: {} } },
    { field: "serviceAccountName", value: "mine" },
  ])("brings $field to metastore, Jobs and database", ({ field, value }) => {
    const patched = templates({ spec: { [field]: value } });
    for (const name of ALL) expect(patched[name].spec).toMatchObject({ [field]: value });
  });

  it("changes a field of the security context and leaves the others, in all of them", () => {
    const patched = templates({ spec: { securityContext: { fsGroup: null, supplementalGroups: [7] } } });
    for (const name of ALL) {
      const { fsGroup: _, ...others } = PLAIN[name].spec?.securityContext ?? {};
      expect(patched[name].spec?.securityContext).toEqual({ ...others, supplementalGroups: [7] });
    }
  });

  it("adds labels and annotations to all of them, and takes none of ours", () => {
    const patched = templates({ metadata: { labels: { $patch: "replace", team: "a" }, annotations: { a: "b" } } });
    for (const name of ALL) {
      expect(patched[name].metadata?.labels).toEqual({ ...PLAIN[name].metadata?.labels, team: "a" });
      expect(patched[name].metadata?.annotations).toMatchObject({ a: "b" });
    }
  });

  it.each([
    { container: "metastore", list: "containers", where: ["workload"] },
    { container: "schema", list: "containers", where: ["job", "upgrade"] },
    { container: "postgresql", list: "containers", where: ["database"] },
    { container: "jdbc-driver", list: "initContainers", where: ["workload", "job", "upgrade"] },
  ] as const)("patches the container $container where there is one", ({ container, list, where }) => {
    const patched = templates({ spec: { [list]: [{ name: container, env: [{ name: "A", value: "1" }] }] } });
    const has = ({ spec }: IPodTemplateSpec): boolean =>
      spec?.[list]?.some(({ name, env }) => name === container && env?.some((variable) => variable.name === "A")) ?? false;
    expect(ALL.filter((name) => has(patched[name]))).toEqual(where);
    for (const name of ALL) expect(containersOf(patched[name])).toEqual(containersOf(PLAIN[name]));
  });

  it("adds a sidecar to the metastore alone, because a Job with one would never end", () => {
    const patched = templates({ spec: { containers: [{ name: "sidecar", image: "i" }], initContainers: [{ name: "first", image: "i" }] } });
    expect(containersOf(patched.workload)).toEqual(["sidecar", "metastore"]);
    for (const name of ["job", "upgrade", "database"] as const) expect(patched[name].spec).toEqual(PLAIN[name].spec);
  });

  it("adds a volume where a container mounts it", () => {
    const mount = { volumeMounts: [{ name: "ca", mountPath: "/ca" }] };
    const volumes = [
      { name: "ca", secret: { secretName: "ca" } },
      { name: "unused", emptyDir: {} },
    ];
    const patched = templates({
      spec: {
        volumes,
        containers: [
          { name: "metastore", ...mount },
          { name: "schema", ...mount },
        ],
      },
    });
    expect(ALL.filter((name) => volumesOf(patched[name]).includes("ca"))).toEqual(["workload", "job", "upgrade"]);
    expect(volumesOf(patched.database)).toEqual(volumesOf(PLAIN.database));
  });

  it.each([
    {
      name: "lets no Job be cut off",
      patch: { spec: { activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 1, restartPolicy: "Always" } },
    },
    { name: "takes no container from them", patch: { spec: { containers: [{ $patch: "replace" }, { name: "metastore", image: "i" }] } } },
    { name: "takes no volume from them", patch: { spec: { volumes: [{ $patch: "replace" }, { name: "tmp", emptyDir: {} }] } } },
  ])("$name", ({ patch }) => {
    const patched = templates(patch);
    for (const name of ["job", "upgrade", "database"] as const) expect(patched[name].spec).toEqual(PLAIN[name].spec);
  });
});
