/**
 * What a namespace holds, in a form in which two clusters can be compared: without UIDs, times, addresses, hashes and random
 * endings, and without what is only remembered. Old revisions stay on purpose, for the way back: they are left out.
 */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { Client } from "../../src/runtime/client.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import { APPLIED_ANNOTATION, ATTEMPT_ANNOTATION, COMPONENT_LABEL, PREFLIGHT_ANNOTATION, REVISION_LABEL } from "../../src/trino/labels.ts";

const KINDS_COMPARED: readonly ResourceType[] = [
  KINDS.TrinoCluster,
  KINDS.Pod,
  KINDS.Service,
  KINDS.ServiceAccount,
  KINDS.ConfigMap,
  KINDS.Secret,
  KINDS.PersistentVolumeClaim,
  KINDS.StatefulSet,
  KINDS.Deployment,
  KINDS.ControllerRevision,
  KINDS.Job,
  KINDS.PodDisruptionBudget,
];

/** Object → path → value. */
export type State = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A namespace as it is now. */
export interface Snapshot {
  readonly state: State;
  /** UIDs of the pods by name, of all that serve. */
  readonly pods: ReadonlyMap<string, string>;
}

/** Reads a namespace. */
export async function snapshotOf(client: Client, namespace: string): Promise<Snapshot> {
  const lists = await Promise.all(
    KINDS_COMPARED.map(async (type) => {
      const objects = await client.list(type, { namespace });
      return objects.map((object) => ({ ...object, kind: type.kind, apiVersion: type.apiVersion }));
    }),
  );
  const objects = inUse(lists.flat());
  const serving = objects.filter(({ kind, metadata }) => kind === "Pod" && metadata.labels?.[COMPONENT_LABEL] !== "preflight");
  return {
    state: stateOf(objects, namespace),
    pods: new Map(serving.map(({ metadata }) => [metadata.name, metadata.uid ?? ""])),
  };
}

/** The lines in which two states differ; empty when they are equal. */
export function differencesOf(one: State, other: State): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => {
    const [left, right] = [one.get(key), other.get(key)];
    if (!left || !right) return [`only in ${left ? "the first" : "the second"}: ${key}`];
    const paths = new Set([...left.keys(), ...right.keys()]);
    return [...paths].flatMap((path) =>
      left.get(path) === right.get(path) ? [] : [`${key} ${path}: ${left.get(path) ?? "absent"} | ${right.get(path) ?? "absent"}`],
    );
  });
}

/** What pods or workloads name, and what is no store of theirs; Kubernetes' own objects and those of the test are left out. */
function inUse(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const workloads = objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
  const revisions = new Set(workloads.map(({ metadata }) => metadata.labels?.[REVISION_LABEL]));
  const users = JSON.stringify(
    objects.filter(({ kind }) => kind === "Pod" || kind === "StatefulSet" || kind === "Deployment" || kind === "Job"),
  );
  return objects.filter(({ kind, metadata }) => {
    if (metadata.labels?.["app.kubernetes.io/managed-by"] === undefined && kind !== "TrinoCluster") return false;
    // The volume of an embedded database stays when the metastore goes, with the password: docs/reference/changes.md.
    if (kind === "PersistentVolumeClaim") return workloads.some(({ metadata: { name } }) => metadata.name.startsWith(`data-${name}-`));
    if (kind === "ControllerRevision") return isOurs(metadata) && revisions.has(metadata.labels?.[REVISION_LABEL]);
    return kind === "ConfigMap" || kind === "Secret" ? users.includes(`"${metadata.name}"`) : true;
  });
}

/** A StatefulSet has ControllerRevisions too. */
function isOurs({ ownerReferences = [] }: KubernetesObject["metadata"]): boolean {
  return ownerReferences.some(({ kind }) => kind === KINDS.TrinoCluster.kind);
}

function stateOf(objects: readonly KubernetesObject[], namespace: string): State {
  const texts = objects.map((object) => maskedText(object, namespace)).sort();
  const state = new Map<string, ReadonlyMap<string, string>>();
  for (const text of texts) {
    const object = JSON.parse(text) as KubernetesObject;
    const name = `${object.kind} ${object.metadata.name}`;
    const count = [...state.keys()].filter((key) => key.startsWith(`${name} [`)).length;
    state.set(`${name} [${count}]`, flat(object));
  }
  return state;
}

/** No number: that follows a colon. */
const HASH = /(?<![0-9a-z:])[0-9a-f]{10}(?![0-9a-z])/g;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const ADDRESS = /\b(198\.18|10\.99)\.\d+\.\d+\b/g;
/** What ReplicaSets and their pods have at the end of their names, where a pod names itself or its owner. */
const RANDOM = /(-#|orders-metastore)-[0-9a-z]{5,10}(-[0-9a-z]{5})?(?=")/g;

function maskedText(object: KubernetesObject, namespace: string): string {
  const copy = structuredClone(object) as unknown as Record<string, unknown> & { metadata: Record<string, unknown> };
  const { metadata } = copy;
  for (const field of ["managedFields", "resourceVersion", "generation"]) delete metadata[field];
  for (const note of NOTES) delete (metadata["annotations"] as Record<string, string> | undefined)?.[note];
  if (object.kind === "Secret" && GENERATED.test(object.metadata.name)) copy["data"] = {};
  if (object.kind === "Pod") Object.assign(metadata, { name: object.metadata.labels?.[COMPONENT_LABEL], generateName: "" });
  if (object.kind !== KINDS.TrinoCluster.kind) copy["status"] = (copy["status"] as { phase?: string } | undefined)?.phase;
  const text = JSON.stringify(copy, (key, value: unknown) => (NUMBERS.has(key) ? "#" : value));
  const template = object.metadata.labels?.["pod-template-hash"] ?? object.metadata.labels?.["controller-revision-hash"];
  return (template === undefined ? text : text.replaceAll(`"${template}"`, '"#"'))
    .replaceAll(UID, "<uid>")
    .replaceAll(TIME, "<time>")
    .replaceAll(ADDRESS, "<ip>")
    .replaceAll(HASH, "#")
    .replaceAll(RANDOM, "$1-#")
    .replaceAll(/"(pod-template-hash|controller-revision-hash)":"[^"]*"/g, '"$1":"#"')
    .replaceAll(new RegExp(`\\b${namespace}\\b`, "g"), "<namespace>")
    .replaceAll(namespace.replaceAll("-", "_"), "<namespace>");
}

/** Secrets whose values are random. */
const GENERATED = /-internal-\d+$|-metastore-db$/;

/** What was applied, tried and found out on the way. */
const NOTES: readonly string[] = [APPLIED_ANNOTATION, ATTEMPT_ANNOTATION, PREFLIGHT_ANNOTATION];

/** Generations, and the ports that a Service was given. */
const NUMBERS: ReadonlySet<string> = new Set(["observedGeneration", "nodePort", "healthCheckNodePort"]);

function flat(value: unknown, path = "", into: Map<string, string> = new Map<string, string>()): Map<string, string> {
  if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) flat(inner, `${path}.${key}`, into);
  else into.set(path, String(value));
  return into;
}
