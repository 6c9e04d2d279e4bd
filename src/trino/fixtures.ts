/** TrinoClusters for tests, grown by small modifiers. They pass through the real `validate`. */
import type { TrinoCluster, TrinoClusterSpec } from "../api/v1alpha1/trino-cluster.ts";
import type { Cluster } from "./cluster.ts";
import type { References } from "./references.ts";
import { validate } from "./validate.ts";
import { SpecInvalid, type Violation } from "./violation.ts";

/** A manifest named "orders" in "shop", names that expose swaps; `spec` is laid over `{version: 476}`. */
export function manifest(spec: Partial<TrinoClusterSpec> = {}, metadata: Partial<TrinoCluster["metadata"]> = {}): TrinoCluster {
  return {
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name: "orders", namespace: "shop", uid: "7a1c", ...metadata },
    spec: { version: 476, ...spec },
  };
}

/** What was read: `secrets` and `configMaps` by name and key. */
export function references({ secrets = {}, configMaps = {} }: { secrets?: Objects; configMaps?: Objects } = {}): References {
  return {
    secrets: valuesByName(secrets),
    configMaps: valuesByName(configMaps),
    internalSecret: { name: "orders-internal-1", key: "shared", nameKey: "shared" },
  };
}

/** Name → key → value. */
export type Objects = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A validated cluster. */
export function cluster(spec: Partial<TrinoClusterSpec> = {}, objects: { secrets?: Objects; configMaps?: Objects } = {}): Cluster {
  return validate(manifest(spec), references(objects));
}

/** What is wrong with a manifest; empty when it is valid. */
export function violationsOf(object: TrinoCluster, read: References = references()): readonly Violation[] {
  try {
    validate(object, read);
    return [];
  } catch (error) {
    if (error instanceof SpecInvalid) return error.violations;
    throw error;
  }
}

function valuesByName(objects: Objects): References["secrets"] {
  return new Map(Object.entries(objects).map(([name, values]) => [name, new Map(Object.entries(values))]));
}
