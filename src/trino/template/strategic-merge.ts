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
  return interleave(original, merged, (item) => item[schema.key]);
}

/**
 * Items that the patch names keep the patch's order, the others the original's; between the two the original order decides where
 * both are in it, else the patch's item goes first.
 */
function interleave<T extends Json>(original: readonly T[], patched: readonly T[], identity: (item: T) => Json | undefined): readonly T[] {
  const order = original.map(identity);
  const named = new Set(patched.map(identity));
  const others = original.filter((item) => !named.has(identity(item)));
  const result: T[] = [];
  for (const item of patched) {
    const position = order.indexOf(identity(item));
    const before = others.findIndex((other) => order.indexOf(identity(other)) >= position);
    result.push(...others.splice(0, position < 0 ? 0 : before < 0 ? others.length : before), item);
  }
  return [...result, ...others];
}

/** A list of strings: what is there once stays there once. */
function mergeSet(original: readonly Json[], patch: readonly Json[]): readonly Json[] {
  return interleave(original, [...new Set(patch)], (item) => item);
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
  const unknown = known
    ? Object.keys(patch).find((field) => field.startsWith("$") && field !== DIRECTIVE)
    : `${DIRECTIVE}: ${JSON.stringify(directive)}`;
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
