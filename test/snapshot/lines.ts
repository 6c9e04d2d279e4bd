/** Objects as lines `path = value`, in which two states of a namespace can be compared. */
import type { Client } from "../../src/runtime/client.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";

/** Object → path → value. An object is `name [n]`, where `n` counts those of an equal name. */
export type Lines = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** An object or a line that two states do not have in common. */
export interface Difference {
  readonly key: string;
  /** Empty for the whole object; then the state that has it has an empty value. */
  readonly path: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

/** All objects of these kinds in a namespace, each with its kind, which a list leaves out. */
export async function listAll(client: Client, namespace: string, types: readonly ResourceType[]): Promise<readonly KubernetesObject[]> {
  const lists = await Promise.all(
    types.map(async (type) =>
      (await client.list(type, { namespace })).map((object) => ({ ...object, kind: type.kind, apiVersion: type.apiVersion })),
    ),
  );
  return lists.flat();
}

/** The lines of objects, in their order. */
export function linesOf(objects: readonly { readonly name: string; readonly object: object }[]): Lines {
  const lines = new Map<string, ReadonlyMap<string, string>>();
  for (const { name, object } of objects) {
    const nth = [...lines.keys()].filter((known) => known.startsWith(`${name} [`)).length;
    lines.set(`${name} [${nth}]`, flat(object));
  }
  return lines;
}

/** In what two states differ. */
export function compareLines(one: Lines, other: Lines): readonly Difference[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((key): readonly Difference[] => {
    const [left, right] = [one.get(key), other.get(key)];
    if (!left || !right) return [{ key, path: "", left: left && "", right: right && "" }];
    const paths = [...new Set([...left.keys(), ...right.keys()])].filter((path) => left.get(path) !== right.get(path));
    return paths.map((path) => ({ key, path, left: left.get(path), right: right.get(path) }));
  });
}

function flat(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) flat(inner, `${path}.${key}`, into);
  else into.set(path, String(value));
  return into;
}
