/** What a namespace holds in the end, and in what it differs from that of an undisturbed run. */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { Client } from "../../src/runtime/client.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import { compareLines, type Lines, linesOf, listAll } from "../snapshot/lines.ts";
import { maskedObjects } from "./mask.ts";

const REPLICA_SET: ResourceType = { apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets", namespaced: true };
const { Node: _node, ...NAMESPACED } = KINDS;
const ALL: readonly ResourceType[] = [...Object.values(NAMESPACED), REPLICA_SET];

/** All objects of a namespace but those that Kubernetes itself puts into each one. */
export async function objectsIn(client: Client, namespace: string): Promise<readonly KubernetesObject[]> {
  return (await listAll(client, namespace, ALL)).filter(
    ({ kind, metadata: { name } }) => !(kind === "ConfigMap" && name === "kube-root-ca.crt") && name !== "default",
  );
}

/** The lines of objects. */
export function dumpOf(objects: readonly KubernetesObject[], namespace: string): Lines {
  return linesOf(maskedObjects(objects, namespace).map(({ name, text }) => ({ name, object: JSON.parse(text) as object })));
}

/** The lines in which two dumps differ, those in `noise` left out. */
export function differences(expected: Lines, actual: Lines, noise: ReadonlySet<string> = new Set()): readonly string[] {
  const told = compareLines(expected, actual).filter(({ key, path }) => !noise.has(key) && !noise.has(`${key} ${path}`));
  return told.map(({ key, path, left, right }) =>
    path === "" ? `${left === undefined ? "too many" : "missing"}: ${key}` : `${key} ${path}: ${left} → ${right}`,
  );
}

/** What differs though nothing was done: `key` or `key path`. */
export function noiseOf(one: Lines, other: Lines): ReadonlySet<string> {
  return new Set(compareLines(one, other).map(({ key, path }) => (path === "" ? key : `${key} ${path}`)));
}
