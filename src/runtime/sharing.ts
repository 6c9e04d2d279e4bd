/** Keeps once what is equal in many objects of a cache: of a thousand Deployments of one template all but the names. */
import type { KubernetesObject } from "./object.ts";

/** Takes an object that nobody else changes, and the one that it follows; returns it with equal parts replaced by those that are kept. */
export type Share<T extends KubernetesObject> = (object: T, previous: T | undefined) => T;

/** Sets of label keys to remember an object of. */
const MOST_NEIGHBOURS = 16;

/** Shares with the object's own last version, or else with the last one that has the same label keys: most likely made alike. */
export function createSharing<T extends KubernetesObject>(): Share<T> {
  const neighbours = new Map<string, T>();
  return (object, previous) => {
    const key = Object.keys(object.metadata.labels ?? {}).join();
    const shared = shareEqual(object, previous ?? neighbours.get(key)) as T;
    if (neighbours.size >= MOST_NEIGHBOURS && !neighbours.has(key)) neighbours.clear();
    neighbours.set(key, shared);
    return shared;
  };
}

/** `kept` when it equals `value`, else `value` with its equal parts replaced in place. Plain JSON values only. */
export function shareEqual(value: unknown, kept: unknown): unknown {
  if (value === kept) return kept; // of equal strings the one that is kept
  if (typeof value !== "object" || value === null || typeof kept !== "object" || kept === null) return value;
  if (Array.isArray(value) !== Array.isArray(kept)) return value;
  const parts = value as Record<string, unknown>;
  const keptParts = kept as Record<string, unknown>;
  const keys = Object.keys(parts);
  let equal = keys.length === Object.keys(keptParts).length;
  for (const key of keys) {
    if (Object.hasOwn(keptParts, key)) parts[key] = shareEqual(parts[key], keptParts[key]);
    equal &&= Object.hasOwn(keptParts, key) && parts[key] === keptParts[key];
  }
  return equal ? kept : value;
}
