/**
 * From what zod says to what a structural schema may say.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { z } from "zod";
import type { Schema } from "./schema.ts";

type Json = Record<string, unknown>;

const KEYWORDS: ReadonlySet<string> = new Set([
  "type",
  "description",
  "properties",
  "additionalProperties",
  "items",
  "required",
  "enum",
  "default",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "maxProperties",
  "x-kubernetes-validations",
  "x-kubernetes-list-type",
  "x-kubernetes-list-map-keys",
  "x-type",
  "x-change",
  "x-addition",
]);

/** Translates a zod schema; throws on anything that a structural schema cannot take, with the path of the field. */
export function structural(schema: z.ZodType): Schema {
  return translate(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", reused: "inline", unrepresentable: "throw" }) as Json, "");
}

function translate(node: Json, path: string): Schema {
  if (isIntOrString(node)) return intOrString(node, path);
  const { properties, additionalProperties, items, propertyNames: _propertyNames, ...rest } = node;
  refuseUnknown(rest, path);
  return {
    ...withoutUnsafeBounds(rest),
    ...fields(properties as Json | undefined, path),
    ...otherKeys(additionalProperties, path),
    ...(items === undefined ? {} : { items: translate(items as Json, `${path}[]`) }),
  } as Schema;
}

function refuseUnknown(node: Json, path: string): void {
  const unknown = Object.keys(node).filter((keyword) => !KEYWORDS.has(keyword));
  if (unknown.length > 0) throw new Error(`${path}: a structural schema has no ${unknown.join(", ")}`);
  if (typeof node["type"] !== "string") throw new Error(`${path}: a structural schema needs a type`);
}

function fields(properties: Json | undefined, path: string): Json {
  if (properties === undefined || Object.keys(properties).length === 0) return {};
  return {
    properties: Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, translate(child as Json, `${path}.${name}`)])),
  };
}

/** zod writes a loose object as `additionalProperties: {}`, Kubernetes as preserve-unknown-fields. */
function otherKeys(additional: unknown, path: string): Json {
  if (additional === undefined || additional === false) return {};
  if (Object.keys(additional as Json).length === 0) return { "x-kubernetes-preserve-unknown-fields": true };
  return { additionalProperties: translate(additional as Json, `${path}{}`) };
}

/** zod bounds every integer by what a double holds exactly; int32 and int64 say enough. */
function withoutUnsafeBounds(node: Json): Json {
  const { minimum, maximum, ...rest } = node;
  return {
    ...rest,
    ...(minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
}

function isIntOrString(node: Json): boolean {
  const types = (node["anyOf"] as Json[] | undefined)?.map((member) => member["type"]).sort();
  return types?.join() === "integer,string";
}

function intOrString(node: Json, path: string): Schema {
  const { anyOf: _anyOf, ...rest } = node;
  refuseUnknown({ ...rest, type: "string" }, path);
  return { ...rest, anyOf: [{ type: "integer" }, { type: "string" }], "x-kubernetes-int-or-string": true } as Schema;
}
