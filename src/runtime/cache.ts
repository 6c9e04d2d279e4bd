/** Decides what an event does to a store: never back in time, and an object made again is not the one that went. */
import type { Change } from "./informer-types.ts";
import { type KubernetesObject, keyOf, nameOf } from "./object.ts";
import type { ObjectStore } from "./object-store.ts";
import { compareVersions } from "./resource-version.ts";

/** The changes that something made, in order; empty when it was stale. */
export type Changes<T extends KubernetesObject> = readonly Change<T>[];

/** Stores an object that was added or modified, unless the same or something newer is known. */
export function upsert<T extends KubernetesObject>(store: ObjectStore<T>, object: T, force = false): Changes<T> {
  const previous = store.get(nameOf(object));
  if (previous === undefined) {
    store.set(object);
    return [{ kind: "added", object, previous: undefined }];
  }
  const order = compareVersions(object.metadata.resourceVersion, previous.metadata.resourceVersion);
  if (order === 0 || (order < 0 && !force)) return [];
  store.set(object);
  if (previous.metadata.uid === object.metadata.uid) return [{ kind: "modified", object, previous }];
  return [
    { kind: "deleted", object: previous, previous },
    { kind: "added", object, previous: undefined },
  ];
}

/** Removes an object that was deleted (or left the selector), unless what is known is newer than that. */
export function remove<T extends KubernetesObject>(store: ObjectStore<T>, object: T): Changes<T> {
  const previous = store.get(nameOf(object));
  if (previous === undefined || compareVersions(object.metadata.resourceVersion, previous.metadata.resourceVersion) < 0) return [];
  store.delete(object);
  // Of another UID when the watch missed the life of a namesake: whoever looks at the change must see the one that was known.
  const last = previous.metadata.uid === object.metadata.uid ? object : previous;
  return [{ kind: "deleted", object: last, previous }];
}

/** Makes the part of the store that `covers` belong to a list of version `resourceVersion`: deletes are derived. */
export function replace<T extends KubernetesObject>(
  store: ObjectStore<T>,
  list: { objects: readonly T[]; resourceVersion: string; covers: (object: T) => boolean; force: boolean },
): Changes<T> {
  const changes: Change<T>[] = [];
  const listed = new Set(list.objects.map((object) => keyOf(nameOf(object))));
  for (const previous of store.list()) {
    if (listed.has(keyOf(nameOf(previous))) || !list.covers(previous)) continue;
    // Newer than the list: an own write that the list could not know.
    if (!list.force && compareVersions(previous.metadata.resourceVersion, list.resourceVersion) > 0) continue;
    store.delete(previous);
    changes.push({ kind: "deleted", object: previous, previous });
  }
  for (const object of list.objects) changes.push(...upsert(store, object, list.force));
  return changes;
}
