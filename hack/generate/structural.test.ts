import { expect, test } from "vitest";
import { z } from "zod";
import { trinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import type { Schema } from "./schema.ts";
import { structural } from "./structural.ts";

test.each([
  { name: "a union of objects", schema: z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]) },
  {
    name: "a discriminated union",
    schema: z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
  },
  { name: "a field of any type", schema: z.any() },
  { name: "a nullable field", schema: z.string().nullable() },
  { name: "a tuple", schema: z.tuple([z.string(), z.number()]) },
])("refuses $name, which a structural schema cannot take", ({ schema }) => {
  expect(() => structural(z.object({ field: schema }))).toThrow(/^\.field/);
});

test("writes an integer or string as Kubernetes wants it", () => {
  expect(structural(z.union([z.int(), z.string()]))).toEqual({
    anyOf: [{ type: "integer" }, { type: "string" }],
    "x-kubernetes-int-or-string": true,
  });
});

test("writes an open object with x-kubernetes-preserve-unknown-fields", () => {
  expect(structural(z.looseObject({ name: z.string() }))).toEqual({
    type: "object",
    properties: { name: { type: "string" } },
    required: ["name"],
    "x-kubernetes-preserve-unknown-fields": true,
  });
});

test("leaves out the bounds that only JavaScript has", () => {
  expect(structural(z.int())).toEqual({ type: "integer" });
});

function undocumented(schema: Schema, path: string): string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description ? [] : [`${path}.${name}`]),
    ...undocumented(field, `${path}.${name}`),
  ]);
  const others = [schema.items, schema.additionalProperties].flatMap((child) => (child ? undocumented(child, `${path}[]`) : []));
  return [...fields, ...others];
}

test("kubectl explain has a text for every field", () => {
  expect(undocumented(structural(trinoCluster), "")).toEqual([]);
});

function withoutDefault(schema: Schema, path: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const optional = !schema.required?.includes(name);
    const own = optional && !field.properties && !/Default: /.test(field.description ?? "") ? [`${path}.${name}`] : [];
    return [...own, ...withoutDefault(field, `${path}.${name}`)];
  });
}

/** Members of a union: one of them is chosen. */
const CHOSEN = /\.(text|secretKeyRef|configMapKeyRef|fieldRef|resourceFieldRef|valueFrom|secretRef|configMapRef|value)$/;

test("every optional field of the spec says its default", () => {
  const spec = structural(trinoCluster).properties?.["spec"] as Schema;
  expect(withoutDefault(spec, "spec").filter((path) => !CHOSEN.test(path))).toEqual([]);
});
