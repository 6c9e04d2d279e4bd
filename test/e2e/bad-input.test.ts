import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TrinoCluster } from "../../src/api/v1alpha1/types.ts";
import { apply, get, patch, refusalOf } from "./harness/kubectl.ts";
import { smallCluster, type Wishes } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { restoreSteadyCluster, STEADY, useSteadyCluster } from "./harness/steady-cluster.ts";
import { podUids, waitForCondition } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const named = (name: string): TrinoCluster => smallCluster(name);
const having = (wishes: Wishes): TrinoCluster => smallCluster("refused", wishes);

/** What the API server refuses, with what it must say: the field, and the cure. */
const REFUSED: readonly { readonly what: string; readonly manifest: object; readonly field: string; readonly cure: RegExp }[] = [
  {
    what: "a negative number of workers",
    manifest: having({ workers: { replicas: -1 } }),
    field: "spec.workers.replicas",
    cure: /greater than or equal to 0/,
  },
  {
    what: "more heap than there is memory",
    manifest: having({ workers: { jvm: { heapPercent: 200 } } }),
    field: "spec.workers.jvm.heapPercent",
    cure: /less than or equal to 90/,
  },
  { what: "a version that is too old", manifest: having({ version: 434 }), field: "spec.version", cure: /435 or newer, for example 476/ },
  { what: "a version that is no number", manifest: having({ version: "latest" }), field: "spec.version", cure: /whole number/ },
  {
    what: "a catalog without connector.name",
    manifest: having({ catalogs: { lake: { properties: {} } } }),
    field: "spec.catalogs",
    cure: /add it, for example connector\.name: tpch/,
  },
  {
    what: "a name that is too long",
    manifest: named("a-name-that-nobody-wants-to-type-twice"),
    field: "metadata.name",
    cure: /at most 30 characters.*choose a shorter/,
  },
  {
    what: "two coordinators",
    manifest: having({ coordinator: { replicas: 2 } }),
    field: "spec.coordinator.replicas",
    cure: /exactly one coordinator.*workers\.replicas/,
  },
  {
    what: "an override of a key that only the operator may set",
    manifest: having({ coordinator: { config: { "config.properties": { "discovery.uri": "http://elsewhere:8080" } } } }),
    field: "spec.coordinator.config",
    cure: /discovery\.uri in config\.properties is set by the operator.*remove it/,
  },
  {
    what: "a field that does not exist",
    manifest: having({ workers: { replica: 2 } as Wishes["workers"] & object }),
    field: "spec.workers.replica",
    cure: /unknown field/,
  },
];

describe("input that can be seen to be wrong", () => {
  const namespace = useNamespace("refused");

  it.each(REFUSED)("is refused at once, with field and cure: $what", async ({ manifest, field, cure }) => {
    const refusal = await refusalOf(manifest, namespace);
    expect(refusal).toContain(field);
    expect(refusal).toMatch(cure);
  });
});

/** What only shows when the rest of the world is looked at: an edit, and what the condition must say. */
const TOLD: readonly { readonly what: string; readonly spec: object; readonly reason: string; readonly says: readonly RegExp[] }[] = [
  {
    what: "a Secret that does not exist",
    spec: {
      catalogs: {
        lake: {
          properties: { "connector.name": "memory" },
          secretProperties: { "memory.max-data-per-node": { secretKeyRef: { name: "no-such-secret", key: "size" } } },
        },
      },
    },
    reason: "ReferenceNotFound",
    says: [/spec\.catalogs.*lake/, /Secret no-such-secret does not exist/, /Create Secret no-such-secret with the key size/],
  },
  {
    what: "a ConfigMap that does not exist",
    spec: { workers: { files: { "rules.json": { configMapKeyRef: { name: "no-such-map", key: "rules" } } } } },
    reason: "ReferenceNotFound",
    says: [/spec\.workers\.files/, /ConfigMap no-such-map does not exist/, /Create ConfigMap no-such-map with the key rules/],
  },
  {
    what: "memory that does not add up",
    spec: { workers: { config: { "config.properties": { "query.max-memory-per-node": "10GB" } } } },
    reason: "SpecInvalid",
    says: [/spec\.workers\.config/, /more than the heap/, /Lower one of them, or raise the memory limit/],
  },
  {
    what: "a property that Trino refuses",
    spec: { workers: { config: { "config.properties": { "no.such-property": "secret-looking-value" } } } },
    reason: "ConfigurationRefused",
    says: [/exited with 100/, /no\.such-property/],
  },
  { what: "an image that does not exist", spec: { image: { tag: "no-such-tag" } }, reason: "ImagePullFailed", says: [/no-such-tag/] },
  {
    what: "a node that does not exist",
    spec: { workers: { nodeSelector: { "example.com/no-such-node": "true" } } },
    reason: "Unschedulable",
    says: [/didn't match Pod's node affinity\/selector/],
  },
];

describe("input that turns out to be wrong", () => {
  const cluster = useSteadyCluster();
  let pods: readonly string[];

  beforeAll(async () => {
    pods = await podUids(cluster);
  });

  afterEach(restoreSteadyCluster);

  it.each(TOLD)(
    "is told with its cure, touches nothing that runs, and heals when it is put right: $what",
    async ({ spec, reason, says }) => {
      await patch({ kind: "trinocluster", ...cluster }, { spec });
      const { message } = await waitForCondition(cluster, { type: "Degraded", status: "True", reason });
      for (const pattern of says) expect(message).toMatch(pattern);
      expect(message).not.toContain("secret-looking-value");
      await waitForCondition(cluster, { type: "Available", status: "True" });
      expect(await podUids(cluster)).toEqual(expect.arrayContaining([...pods]));
      await restoreSteadyCluster();
      await waitForCondition(STEADY, { type: "Degraded", status: "False" });
      await waitFor("nothing but the old pods to be left", async () => expect(await podUids(cluster)).toEqual(pods), {
        namespace: cluster.namespace,
      });
    },
  );
});

describe("a new cluster whose Secret comes later", () => {
  const cluster = { namespace: useNamespace("later"), name: "patient" };

  it("waits for it and goes on when it is there", async () => {
    const lake = {
      properties: { "connector.name": "memory" },
      secretProperties: { "memory.max-data-per-node": { secretKeyRef: { name: "size", key: "bytes" } } },
    };
    await apply(smallCluster(cluster.name, { catalogs: { lake } }), cluster.namespace);
    await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "ReferenceNotFound" });
    await expect(get("statefulset", "patient-coordinator-a", cluster.namespace)).rejects.toThrow(/not found/);
    await apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "size" }, stringData: { bytes: "64MB" } }, cluster.namespace);
    await waitForCondition(cluster, { type: "Degraded", status: "False" });
    expect((await get("statefulset", "patient-coordinator-a", cluster.namespace)).metadata.name).toBe("patient-coordinator-a");
  });
});
