/** What a reader of a cache sees; `informer.ts` fills it. */
import type { KubernetesObject, NamespacedName } from "./object.ts";

/** A read-only view of all objects of one kind (and label selector) that the informer knows. Objects are shared: never mutate them. */
export interface Store<T extends KubernetesObject> {
  get(name: NamespacedName): T | undefined;
  list(): readonly T[];
  /** Objects whose index function `index` returned `value`. Throws for an index that was not declared. */
  byIndex(index: string, value: string): readonly T[];
}

/** How an object changed, as informers tell their handlers; `previous` is undefined when it is new. */
export interface Change<T extends KubernetesObject> {
  readonly kind: "added" | "modified" | "deleted";
  readonly object: T;
  readonly previous: T | undefined;
}
