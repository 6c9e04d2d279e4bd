/**
 * Strategic merge patch: what `kubectl patch --type strategic` does, as a pure function on plain JSON.
 *
 * Objects are merged, null removes a field, keyed lists are merged by their key, other lists are replaced. `$patch: replace` and
 * `$patch: delete` work in objects and in items of keyed lists.
 * Source: https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
 */
import type { MergeSchema } from "./merge-keys.ts";

/** Plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [field: string]: Json | undefined;
}

/** A patch that cannot be applied: it has a directive that is not known, or an item without the key of its list. */
export class PatchInvalid extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "PatchInvalid";
  }
}

const DIRECTIVE = "$patch";

/** Applies `patch` to `original`, neither of which is changed. Throws PatchInvalid. */
export function strategicMerge(original: JsonObject, patch: JsonObject, schema: MergeSchema): JsonObject {
  refuseUnknownDirectives(patch);
  const directive = patch[DIRECTIVE];
  if (directive === "replace") return withoutDirective(patch);
  if (directive === "delete") return {};
  const merged: Record<string, Json | undefined> = { ...original };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[field];
    else if (field !== DIRECTIVE) merged[field] = mergeField(field, { original: original[field], patch: value, schema });
  }
  return merged;
}

function mergeField(field: string, { original, patch, schema }: { original: Json | undefined; patch: Json; schema: MergeSchema }): Json {
  const list = schema.lists?.[field];
  if (list && isList(patch)) return mergeList(isList(original) ? original : undefined, patch, { ...list, field });
  if (schema.sets?.includes(field) && isList(patch)) return mergeSet(isList(original) ? original : [], patch);
  if (!isObject(patch)) return patch;
  return strategicMerge(isObject(original) ? original : {}, patch, schema.objects?.[field] ?? {});
}

interface ListSchema {
  readonly field: string;
  readonly key: string;
  readonly item: MergeSchema;
}

function mergeList(present: readonly Json[] | undefined, patch: readonly Json[], schema: ListSchema): readonly Json[] {
  const items = patch.map((item) => keyedItem(item, schema));
  const plain = items.filter((item) => item[DIRECTIVE] === undefined);
  if (items.some((item) => item[DIRECTIVE] === "replace")) return plain.map((item) => strategicMerge({}, item, schema.item));
  const deleted = items.filter((item) => item[DIRECTIVE] === "delete").map((item) => item[schema.key]);
  const original = (present ?? []).filter(isObject).filter((item) => !deleted.includes(item[schema.key]));
  const merged = plain.map((item) => {
    const target = original.find((candidate) => candidate[schema.key] === item[schema.key]);
    return strategicMerge(target ?? {}, item, schema.item);
  });
  return interleave(original, merged, schema.key);
}

/**
 * Items that the patch names keep the patch's order, the others the original's; between the two the original order decides where
 * both are in it, else the patch's item goes first.
 */
function interleave(original: readonly JsonObject[], patched: readonly JsonObject[], key: string): readonly JsonObject[] {
  const position = (item: JsonObject): number => original.findIndex((candidate) => candidate[key] === item[key]);
  const named = new Set(patched.map((item) => item[key]));
  const others = original.filter((item) => !named.has(item[key]));
  const result: JsonObject[] = [];
  for (const item of patched) {
    const before = position(item);
    while (others[0] !== undefined && before >= 0 && position(others[0]) < before) result.push(others.shift() as JsonObject);
    result.push(item);
  }
  return [...result, ...others];
}

function mergeSet(original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  return [...new Set([...original, ...patch])];
}

function keyedItem(item: Json, { field, key }: ListSchema): JsonObject {
  if (!isObject(item)) throw new PatchInvalid(`an item of ${field} is not an object`);
  refuseUnknownDirectives(item);
  if (item[key] === undefined && item[DIRECTIVE] !== "replace") throw new PatchInvalid(`an item of ${field} has no ${key}`);
  return item;
}

function refuseUnknownDirectives(patch: JsonObject): void {
  const directive = patch[DIRECTIVE];
  const known = directive === undefined || directive === "replace" || directive === "delete" || directive === "merge";
  const unknown = known ? Object.keys(patch).find((field) => field.startsWith("$") && field !== DIRECTIVE) : `${DIRECTIVE}: ${String(directive)}`;
  if (unknown !== undefined) throw new PatchInvalid(`the directive ${unknown} is not known; use $patch: replace or $patch: delete`);
}

function withoutDirective(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([field, value]) => field !== DIRECTIVE && value !== null));
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
