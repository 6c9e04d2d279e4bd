/** The specs that the walk starts from, and the Secrets and ConfigMaps around them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CORE_SCHEMA, load, mergeTag } from "js-yaml";
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";
import { type Objects, references } from "../../src/trino/fixtures.ts";
import type { References } from "../../src/trino/references.ts";

const { bases: written } = load(readFileSync(join(import.meta.dirname, "bases.yaml"), "utf8"), {
  schema: CORE_SCHEMA.withTags(mergeTag),
}) as {
  readonly bases: Readonly<Record<string, TrinoClusterSpec>>;
};

/** Every base by its name; values are its own, so that YAML's anchors share nothing. */
export const bases: Readonly<Record<string, TrinoClusterSpec>> = structuredClone(
  JSON.parse(JSON.stringify(written)) as Readonly<Record<string, TrinoClusterSpec>>,
);

const KEYS = ["text", "username", "password", "accessKey", "secretKey"];

/** The objects that are there: name → key → value. */
export const OBJECTS: Objects = Object.fromEntries(
  ["first", "second"].map((name) => [name, Object.fromEntries(KEYS.map((key) => [key, `${key} of ${name}`]))]),
);

/** What the operator would have read; the internal Secret is that of the cluster. */
export function worldOf(internalSecret: string): References {
  return {
    ...references({ secrets: OBJECTS, configMaps: OBJECTS }),
    internalSecret: { name: internalSecret, key: `shared secret of ${internalSecret}`, nameKey: "name key" },
  };
}
