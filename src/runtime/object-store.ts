/** Objects by name, with indexes: what an informer keeps. */
import type { Store } from "./informer-types.ts";
import { type KubernetesObject, keyOf, nameOf } from "./object.ts";

/** Index name → the values under which an object is found. */
export type Indexes<T> = Readonly<Record<string, (object: T) => readonly string[]>>;

/** A store that its owner may change. */
export interface ObjectStore<T extends KubernetesObject> extends Store<T> {
  set(object: T): void;
  delete(object: T): void;
  readonly size: number;
}

/** Creates an empty store. */
export function createObjectStore<T extends KubernetesObject>(indexes: Indexes<T> = {}): ObjectStore<T> {
  const objects = new Map<string, T>();
  const buckets = new Map(Object.keys(indexes).map((index) => [index, new Map<string, Map<string, T>>()]));
  let all: readonly T[] | undefined;

  function place(key: string, object: T, action: "add" | "remove"): void {
    for (const [index, byValue] of buckets) {
      for (const value of indexes[index]?.(object) ?? []) {
        if (action === "add") getOrAdd(byValue, value).set(key, object);
        else removeFrom(byValue, value, key);
      }
    }
  }

  function remove(key: string): void {
    const previous = objects.get(key);
    if (previous === undefined) return;
    place(key, previous, "remove");
    objects.delete(key);
    all = undefined;
  }

  return {
    get: (name) => objects.get(keyOf(name)),
    list: () => {
      all ??= [...objects.values()];
      return all;
    },
    byIndex: (index, value) => {
      const byValue = buckets.get(index);
      if (byValue === undefined) throw new Error(`no index ${index}`);
      return [...(byValue.get(value)?.values() ?? [])];
    },
    set: (object) => {
      const key = keyOf(nameOf(object));
      remove(key);
      objects.set(key, object);
      place(key, object, "add");
      all = undefined;
    },
    delete: (object) => remove(keyOf(nameOf(object))),
    get size() {
      return objects.size;
    },
  };
}

function getOrAdd<T>(byValue: Map<string, Map<string, T>>, value: string): Map<string, T> {
  const found = byValue.get(value);
  if (found !== undefined) return found;
  const added = new Map<string, T>();
  byValue.set(value, added);
  return added;
}

function removeFrom<T>(byValue: Map<string, Map<string, T>>, value: string, key: string): void {
  const bucket = byValue.get(value);
  bucket?.delete(key);
  // Without this every value ever seen would stay: owner UIDs come and go for ever.
  if (bucket?.size === 0) byValue.delete(value);
}
