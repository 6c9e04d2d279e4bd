/** The immutable ConfigMap and Secret of a role: everything that its pods read, named by its content. */
import { base64OfText } from "../base64.ts";
import type { Cluster, KeyReference, RoleName } from "../cluster.ts";
import { renderProperties } from "../config/properties.ts";
import type { Merged } from "../contribution.ts";
import { contentHash, secretHash, sortedEntries } from "../hash.ts";
import { configurationName } from "../names.ts";
import type { Manifest } from "../resources.ts";
import { type Labels, labelsOf, ownedMetadata } from "./metadata.ts";

/** What the pods of a role read, and where each file is. */
export interface Configuration {
  readonly configMap: Manifest;
  /** Undefined when nothing of the role is secret. */
  readonly secret: Manifest | undefined;
  /** Where the files go, for a projected volume. */
  readonly configMapItems: readonly Item[];
  readonly secretItems: readonly Item[];
  /** Environment variables whose values are keys of the Secret. */
  readonly secretVariables: readonly string[];
}

/** A key of an object and the path of its file. */
export interface Item {
  readonly key: string;
  readonly path: string;
}

/** The value behind a reference. Whether it is there was checked by `validate`. */
export function referencedValue(cluster: Pick<Cluster, "referenced">, { kind, name, key }: KeyReference): string {
  const value = cluster.referenced.get(`${kind}/${name}/${key}`);
  if (value === undefined) throw new Error(`key ${key} of ${kind} ${name} was not read`);
  return value;
}

/** Makes the configuration of a role. */
export function configurationOf(cluster: Cluster, role: RoleName, merged: Merged): Configuration {
  const plain: Record<string, string> = { ...propertyFiles(merged), "jvm.config": jvmConfig(merged) };
  const secretFiles: Record<string, string> = {};
  for (const [path, { content }] of Object.entries(merged.texts)) {
    if (content.kind === "text") plain[path] = content.text;
    else (content.reference.kind === "Secret" ? secretFiles : plain)[path] = referencedValue(cluster, content.reference);
  }
  const variables = mapValues(merged.secretEnv, (reference) => referencedValue(cluster, reference));
  const secretData = { ...variables, ...byKey(secretFiles) };
  return {
    configMap: contentConfigMap(cluster, { role, data: byKey(plain) }),
    secret: Object.keys(secretData).length === 0 ? undefined : contentSecret(cluster, { role, data: secretData }),
    configMapItems: itemsOf(plain),
    secretItems: itemsOf(secretFiles),
    secretVariables: sortedEntries(variables).map(([name]) => name),
  };
}

/** What an immutable object is made of. */
interface Content {
  readonly role: RoleName | "metastore" | "metastore-schema";
  readonly data: Readonly<Record<string, string>>;
}

/** An immutable ConfigMap that is named by its content. */
export function contentConfigMap(cluster: Cluster, { role, data }: Content): Manifest {
  const content = Object.fromEntries(sortedEntries(data));
  const name = configurationName(cluster, role, contentHash(content));
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: ownedMetadata(cluster, { name, labels: labels(cluster, role) }),
    immutable: true,
    data: content,
  };
}

/** An immutable Secret whose name follows from its content, but tells nothing about it to who lacks the cluster's key. */
export function contentSecret(cluster: Cluster, { role, data }: Content): Manifest {
  const content = Object.fromEntries(sortedEntries(data).map(([key, value]) => [key, base64OfText(value)]));
  const name = configurationName(cluster, role, secretHash(cluster.internalSecret.nameKey, content));
  const metadata = ownedMetadata(cluster, { name, labels: labels(cluster, role) });
  return { apiVersion: "v1", kind: "Secret", metadata, immutable: true, type: "Opaque", data: content };
}

function labels(cluster: Cluster, role: Content["role"]): Labels {
  return labelsOf(cluster, role);
}

function propertyFiles({ files }: Merged): Record<string, string> {
  return mapValues(files, (properties) => renderProperties(mapValues(properties, ({ value }) => value)));
}

function jvmConfig({ jvm }: Merged): string {
  return jvm.map(({ argument }) => `${argument}\n`).join("");
}

/** The key of a file in a ConfigMap or Secret, which may not hold a slash. Two paths may come to have the same one. */
export function keyOfPath(path: string): string {
  return path.replaceAll("/", "__");
}

function byKey(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [keyOfPath(path), text]));
}

function itemsOf(files: Readonly<Record<string, string>>): readonly Item[] {
  return sortedEntries(files).map(([path]) => ({ key: keyOfPath(path), path }));
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
