/** What a watch of things gives, for a script of one. */
import type { KubernetesObject, ResourceType } from "../src/runtime/object.ts";
import type { WatchEvent } from "../src/runtime/watch-types.ts";

/** A type that no API server has. */
export const THING: ResourceType = { apiVersion: "v1", kind: "Thing", plural: "things", namespaced: true };

/** That an object is there. */
export function added(object: KubernetesObject): WatchEvent<KubernetesObject> {
  return { type: "ADDED", object };
}

/** That all have been told that were there. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists */
export function initialEventsEnd(resourceVersion: string): WatchEvent<KubernetesObject> {
  const annotations = { "k8s.io/initial-events-end": "true" };
  return { type: "BOOKMARK", object: { apiVersion: "v1", kind: "Thing", metadata: { name: "", resourceVersion, annotations } } };
}
