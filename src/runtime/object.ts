/** Kubernetes objects as the runtime sees them: plain JSON with metadata. */

/** A reference from an object to its owner. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/ */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** The part of ObjectMeta that the runtime reads. Timestamps are RFC 3339 strings. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
}

/** Any Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** Where a kind lives in the API: enough to build every path without a discovery request. */
export interface ResourceType {
  /** `v1`, `apps/v1`, … */
  readonly apiVersion: string;
  readonly kind: string;
  /** The lower-case plural of the path, e.g. `statefulsets`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** An object's name within its kind; `namespace` is empty for cluster-scoped kinds. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** The key of a NamespacedName in caches and queues: `namespace/name`. */
export function keyOf(name: NamespacedName): string {
  return `${name.namespace}/${name.name}`;
}

/** The NamespacedName of an object. */
export function nameOf(object: KubernetesObject): NamespacedName {
  return { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
}
