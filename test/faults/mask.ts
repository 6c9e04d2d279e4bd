/**
 * Objects without what differs from one run to the next: UIDs, times, versions, addresses, random endings of names. A hash in a
 * name becomes a digest of what the object of that name holds.
 */
import { createHash } from "node:crypto";
import { KINDS } from "../../src/controllers/kinds.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { APPLIED_ANNOTATION } from "../../src/trino/labels.ts";
import { maskValues } from "../snapshot/mask-values.ts";

/** An object as text. */
export interface Masked {
  /** Kind and name. */
  readonly name: string;
  /** JSON. */
  readonly text: string;
}

type Replace = (text: string) => string;

/** All of a namespace, in an order that depends on nothing that was masked. */
export function maskedObjects(objects: readonly KubernetesObject[], namespace: string): readonly Masked[] {
  const mask = chain(randomNames(objects), randomValues(objects, namespace));
  const texts = objects.map((object) => ({
    name: `${object.kind} ${mask(object.metadata.name)}`,
    text: mask(JSON.stringify(stripped(object))),
  }));
  const digests = digestsOf(texts);
  const put: Replace = (text) => text.replace(HASH, (_all, before: string, hash: string) => `${before}${digests.get(hash) ?? "#"}`);
  return texts.map(({ name, text }) => ({ name: put(name), text: put(text) })).sort(byNameAndText);
}

const TEMPLATE = "pod-template-hash";
const REVISIONS = [TEMPLATE, "controller-revision-hash", "controller.kubernetes.io/hash"];
const HASH = /(^|[^0-9a-z])([0-9a-f]{10})(?![0-9a-z])/g;

/** What Deployments and ReplicaSets add to names. */
function randomNames(objects: readonly KubernetesObject[]): Replace {
  const names = objects.flatMap(({ metadata: { name, labels } }): [string, string][] => {
    const template = labels?.[TEMPLATE];
    return template === undefined
      ? []
      : [[name, `${name.slice(0, name.indexOf(`-${template}`))}${name.endsWith(template) ? "-#" : "-#-#"}`]];
  });
  names.sort(([one], [other]) => other.length - one.length);
  return (text) => names.reduce((masked, [name, known]) => masked.replaceAll(name, known), text);
}

function randomValues(objects: readonly KubernetesObject[], namespace: string): Replace {
  const cluster = objects.find(({ kind }) => kind === KINDS.TrinoCluster.kind)?.metadata.uid ?? "<none>";
  const labels = objects.flatMap(({ metadata }) => REVISIONS.map((label) => metadata.labels?.[label]));
  const hashes = [...new Set(labels.filter((label) => label !== undefined))];
  return (text) =>
    maskValues(hashes.reduce((masked, hash) => masked.replaceAll(hash, "#"), text).replaceAll(cluster, "<cluster>"))
      .replaceAll(new RegExp(`\\b${namespace}\\b`, "g"), "<ns>")
      .replaceAll(namespace.replaceAll("-", "_"), "<ns>");
}

/** Without fields that count, and without the values of Secrets. */
function stripped({ kind, metadata, ...object }: KubernetesObject): object {
  const {
    managedFields: _managed,
    resourceVersion: _version,
    annotations: { [APPLIED_ANNOTATION]: _applied, ...annotations } = {},
    ...rest
  } = metadata as {
    readonly managedFields?: unknown;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  const other = { kind, ...object, metadata: { ...rest, annotations } };
  if (kind === KINDS.TrinoCluster.kind) return withoutEdits(other);
  const { generation: _generation, ...counted } = other.metadata as { readonly generation?: number };
  const { status, data } = object as { readonly status?: object; readonly data?: Readonly<Record<string, string>> };
  const { observedGeneration: _observed, ...state } = (status ?? {}) as { readonly observedGeneration?: number };
  const lengths = Object.entries(data ?? {}).map(([key, value]) => [key, `<${value.length} characters>`]);
  return { ...other, metadata: counted, status: state, ...(kind === "Secret" ? { data: Object.fromEntries(lengths) } : {}) };
}

/** How often a person has edited it is no matter; whether the last edit was seen is one. */
function withoutEdits(cluster: { readonly metadata: object }): object {
  const { generation } = cluster.metadata as { readonly generation?: number };
  const counted = (key: string, value: unknown): unknown => (/generation$/i.test(key) && value === generation ? "<the last>" : value);
  return JSON.parse(JSON.stringify(cluster, counted)) as object;
}

/** More than once, since what names a hash may be named by one. */
function digestsOf(texts: readonly Masked[]): ReadonlyMap<string, string> {
  const inOrder = texts.toSorted((one, other) => one.name.length - other.name.length);
  let digests: ReadonlyMap<string, string> = new Map();
  for (let turn = 0; turn < 3; turn++) {
    const known = digests;
    const all = inOrder.flatMap(({ name, text }) => {
      const content = text.replace(
        HASH,
        (_all, before: string, hash: string) => `${before}${name.includes(hash) ? "" : (known.get(hash) ?? "#")}`,
      );
      const digest = createHash("sha256").update(content).digest("hex").slice(0, 6);
      return [...name.matchAll(HASH)].map(([, , hash = ""]): [string, string] => [hash, digest]);
    });
    digests = new Map(all.reverse()); // the first one of a hash is the one that counts
  }
  return digests;
}

function byNameAndText(one: Masked, other: Masked): number {
  const order = one.name === other.name ? [one.text, other.text] : [one.name, other.name];
  return order[0] === order[1] ? 0 : (order[0] ?? "") < (order[1] ?? "") ? -1 : 1;
}

function chain(...steps: readonly Replace[]): Replace {
  return (text) => steps.reduce((done, step) => step(done), text);
}
