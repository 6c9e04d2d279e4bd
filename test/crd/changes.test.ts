import { describe, expect, it } from "vitest";
import { type ChangeRow, changeRows } from "../../hack/generate/changes.ts";
import type { Schema } from "../../hack/generate/schema.ts";
import { structural } from "../../hack/generate/structural.ts";
import { type TrinoCluster, trinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import type { Cluster } from "../../src/trino/cluster.ts";
import { references } from "../../src/trino/fixtures.ts";
import { referencesOf } from "../../src/trino/references.ts";
import { internalSecretName } from "../../src/trino/resources/internal-secret.ts";
import { validate } from "../../src/trino/validate.ts";
import { byName, type ChangeExample, changeExamples, restartsBetween } from "./changes.ts";
import { objectOf } from "./examples.ts";
import { brokenRules, withDefaults } from "./judge.ts";

const schema = structural(trinoCluster);
const rows = changeRows(schema.properties?.["spec"] as Schema);
const rowOf = ({ field, whole }: Pick<ChangeExample, "field" | "whole">): ChangeRow | undefined =>
  rows.find((row) => row.field === field && row.whole === whole);
const isFixed = (example: ChangeExample): boolean => rowOf(example)?.restarts.includes("fixed") ?? false;

/** What the API server keeps of a spec. */
function admitted(spec: object): TrinoCluster {
  const object = withDefaults(schema, objectOf({ name: "", spec }, spec)) as TrinoCluster;
  trinoCluster.parse(object);
  return object;
}

const KEYS = ["text", "username", "password", "accessKey", "secretKey"];
const UNUSED = "unused";

/** What is edited: an object, and the keys whose values are others. */
interface Edit {
  readonly name: string;
  readonly keys: readonly string[];
}

/** Secrets and ConfigMaps with every key that an example asks for, and one more. */
function world(edit?: Edit): Parameters<typeof references>[0] {
  const objects = ["first", "second"].map((name) => [
    name,
    Object.fromEntries(
      [...KEYS, UNUSED].map((key) => [key, name === edit?.name && edit.keys.includes(key) ? `edited ${key}` : `${key} of ${name}`]),
    ),
  ]);
  return { secrets: Object.fromEntries(objects), configMaps: Object.fromEntries(objects) };
}

/** The cluster of a spec, as it is when it has run since `before`. */
function clusterOf(spec: object, { before, edit }: { before?: Cluster; edit?: Edit } = {}): Cluster {
  const chosen =
    before?.metastore?.kind === "managed" ? { status: { hiveMetastore: { ready: true, version: before.metastore.version } } } : {};
  const object = { ...admitted(spec), ...chosen };
  const name = internalSecretName(object);
  return validate(object, { ...references(world(edit)), internalSecret: { name, key: `shared secret of ${name}`, nameKey: "name key" } });
}

/** Examples that begin to name a Secret or ConfigMap. */
const naming = changeExamples.filter((example) => named(example).length > 0);

describe("a change of", () => {
  it.each(changeExamples.filter((example) => !isFixed(example)))("$field restarts what its row says", (example) => {
    expect(brokenRules(schema, admitted(example.now), admitted(example.was))).toEqual([]);
    const was = clusterOf(example.was);
    const now = clusterOf(example.now, { before: was });
    expect(byName(restartsBetween(was, now))).toEqual(byName(example.instead ?? rowOf(example)?.restarts ?? []));
  });

  it.each(changeExamples.filter(isFixed))("$field is refused", (example) => {
    expect(brokenRules(schema, admitted(example.was))).toEqual([]);
    expect(brokenRules(schema, admitted(example.now), admitted(example.was))).toHaveLength(1);
  });

  it.each(naming)("a value that $field refers to restarts the same", (example) => {
    const was = clusterOf(example.now);
    for (const name of named(example)) {
      const now = clusterOf(example.now, { before: was, edit: { name, keys: KEYS } });
      expect(byName(restartsBetween(was, now))).toEqual(byName(example.instead ?? rowOf(example)?.restarts ?? []));
    }
  });

  it("a key that no field names restarts nothing, but where a Secret is taken as a whole", () => {
    for (const example of naming.filter(({ field }) => !field.endsWith("envFrom"))) {
      const was = clusterOf(example.now);
      for (const name of named(example)) {
        const now = clusterOf(example.now, { before: was, edit: { name, keys: [UNUSED] } });
        expect({ field: example.field, restarts: restartsBetween(was, now) }).toEqual({ field: example.field, restarts: ["none"] });
      }
    }
  });

  it("nothing restarts nothing", () => {
    for (const { now } of changeExamples.filter((example) => !isFixed(example))) {
      expect(restartsBetween(clusterOf(now), clusterOf(now))).toEqual(["none"]);
    }
  });
});

/** The Secrets and ConfigMaps that an example begins to name. */
function named({ was, now }: ChangeExample): readonly string[] {
  const [before, after] = [was, now].map((spec) => {
    const { secrets, configMaps } = referencesOf(admitted(spec));
    return [...secrets, ...configMaps];
  });
  return (after ?? []).filter((name) => !before?.includes(name));
}

describe("the rows", () => {
  it("have an example each: a new field wants one in test/crd/changes.yaml", () => {
    const proven = (row: ChangeRow): boolean => changeExamples.some((example) => !example.instead && rowOf(example) === row);
    expect(rows.filter((row) => !proven(row)).map(({ field, whole }) => `${field}${whole ? " (whole)" : ""}`)).toEqual([]);
  });

  it("are there for every example", () => {
    expect(changeExamples.filter((example) => !rowOf(example)).map(({ field }) => field)).toEqual([]);
  });

  it("name fields that are fixed with no other word", () => {
    expect(rows.filter(({ restarts }) => restarts.length > 1 && restarts.some((word) => word === "fixed" || word === "none"))).toEqual([]);
  });
});
