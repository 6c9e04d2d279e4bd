/** Paths of the API, built from a ResourceType without a discovery request. */
import type { ListOptions } from "./client.ts";
import type { NamespacedName, ResourceType } from "./object.ts";

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of all objects of a kind, in one namespace or (when it is empty) in all. */
export function collectionPath(type: ResourceType, namespace = ""): string {
  const root = type.apiVersion.includes("/") ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`;
  const scope = type.namespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${root}${scope}/${type.plural}`;
}

/** The path of one object or of a subresource of it. Throws for a namespaced kind without a namespace, or an empty name. */
export function objectPath(type: ResourceType, name: NamespacedName, subresource?: string): string {
  if (name.name === "") throw new Error(`${type.kind}: a request for one object needs its name`);
  if (type.namespaced && name.namespace === "") throw new Error(`${type.kind} ${name.name}: a request for one object needs its namespace`);
  const path = `${collectionPath(type, name.namespace)}/${encodeURIComponent(name.name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The path with its query. */
export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** The selectors of a list or watch as query parameters. */
export function selectors(options: ListOptions): Query {
  return { labelSelector: options.labelSelector, fieldSelector: options.fieldSelector };
}
