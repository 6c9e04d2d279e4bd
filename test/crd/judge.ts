/** Judges an object by a CRD's schema as the API server does: defaults first, then values, then CEL rules. Enough for our schema. */
import { Environment } from "@marcbachmann/cel-js";
import type { Schema } from "../../hack/generate/schema.ts";

type Value = unknown;
type Fields = Record<string, Value>;

const environment = new Environment({ unlistedVariablesAreDyn: true });

/** Fills in the schema's defaults; returns a new value. */
export function withDefaults(schema: Schema, value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => withDefaults(schema.items ?? {}, item));
  if (!isFields(value)) return value;
  const filled = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const given = value[name] ?? structuredClone(field.default);
    return given === undefined ? [] : [[name, withDefaults(field, given)]];
  });
  const others = Object.entries(value).filter(([name]) => !schema.properties?.[name]);
  return {
    ...Object.fromEntries(others.map(([name, item]) => [name, withDefaults(schema.additionalProperties ?? {}, item)])),
    ...Object.fromEntries(filled),
  };
}

/** Every message of the schema's rules that `value` breaks; `was` is the value before a change. */
export function brokenRules(schema: Schema, value: Value, was?: Value): string[] {
  const own = (schema["x-kubernetes-validations"] ?? [])
    .filter(({ rule }) => was !== undefined || !rule.includes("oldSelf"))
    .filter(({ rule }) => !holds(rule, { self: value, oldSelf: was }))
    .map(({ message }) => message);
  return [...own, ...children(schema, value, was).flatMap(([child, item, before]) => brokenRules(child, item, before))];
}

/** True when the rule is valid CEL. */
export function parses(rule: string): boolean {
  environment.parse(rule);
  return true;
}

function holds(rule: string, variables: Fields): boolean {
  return environment.evaluate(rule, whole(variables) as Fields) === true;
}

/** CEL's integers are 64 bits wide. */
function whole(value: Value): Value {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(whole);
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, whole(item)])) : value;
}

function children(schema: Schema, value: Value, was: Value): [Schema, Value, Value][] {
  if (Array.isArray(value)) return value.map((item) => [schema.items ?? {}, item, undefined]);
  if (!isFields(value)) return [];
  const before = isFields(was) ? was : {};
  return Object.entries(value).map(([name, item]) => [schema.properties?.[name] ?? schema.additionalProperties ?? {}, item, before[name]]);
}

function isFields(value: Value): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
