/** The state of a namespace as lines `path = value` for each object, and in which of them two states differ. */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { Client } from "../../src/runtime/client.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import { maskedObjects } from "./mask.ts";

const REPLICA_SET: ResourceType = { apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets", namespaced: true };
const { Node: _node, ...NAMESPACED } = KINDS;
const ALL: readonly ResourceType[] = [...Object.values(NAMESPACED), REPLICA_SET];

/** Object → path → value. */
export type Dump = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** All objects of a namespace but those that Kubernetes itself puts into each one. */
export async function objectsIn(client: Client, namespace: string): Promise<readonly KubernetesObject[]> {
  const lists = await Promise.all(
    ALL.map(async (type) =>
      (await client.list(type, { namespace })).map((object) => ({ ...object, kind: type.kind, apiVersion: type.apiVersion })),
    ),
  );
  return lists
    .flat()
    .filter(({ kind, metadata: { name } }) => !(kind === "ConfigMap" && name === "kube-root-ca.crt") && name !== "default");
}

/** The dump of objects. */
export function dumpOf(objects: readonly KubernetesObject[], namespace: string): Dump {
  const dump = new Map<string, Map<string, string>>();
  for (const { name, text } of maskedObjects(objects, namespace)) {
    const nth = [...dump.keys()].filter((known) => known.startsWith(`${name} [`)).length;
    dump.set(`${name} [${nth}]`, flat(JSON.parse(text)));
  }
  return dump;
}

/** The lines in which two dumps differ, those in `noise` left out. */
export function differences(expected: Dump, actual: Dump, noise: ReadonlySet<string> = new Set()): readonly string[] {
  const told = compare(expected, actual).filter(({ key, path }) => !noise.has(key) && !noise.has(`${key} ${path}`));
  return told.map(({ key, path, left, right }) => (path === "" ? `${right}: ${key}` : `${key} ${path}: ${left} → ${right}`));
}

/** What differs though nothing was done: `key` or `key path`. */
export function noiseOf(one: Dump, other: Dump): ReadonlySet<string> {
  return new Set(compare(one, other).map(({ key, path }) => (path === "" ? key : `${key} ${path}`)));
}

interface Difference {
  readonly key: string;
  /** Empty for the whole object. */
  readonly path: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

function compare(one: Dump, other: Dump): readonly Difference[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => {
    const [left, right] = [one.get(key), other.get(key)];
    if (!left || !right) return [{ key, path: "", left: undefined, right: left ? "missing" : "too many" }];
    const paths = [...new Set([...left.keys(), ...right.keys()])].filter((path) => left.get(path) !== right.get(path));
    return paths.map((path) => ({ key, path, left: left.get(path), right: right.get(path) }));
  });
}

function flat(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) flat(inner, `${path}.${key}`, into);
  else into.set(path, String(value));
  return into;
}
