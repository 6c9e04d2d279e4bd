/** Walks a spec and its schema together: every field that is set, with what the schema says of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { Schema } from "../../hack/generate/schema.ts";
import { GROUP, PLURAL } from "../../src/api/v1alpha1/group.ts";

/** A key of an object or an index of a list. */
export type Step = string | number;

/** A field of the API: `<key>` stands for any key of a map, `[]` for any item of a list. */
export interface SchemaNode {
  /** For example `spec.workers.env[].name`. */
  readonly field: string;
  readonly schema: Schema;
  /** Whether what holds it cannot do without it. */
  readonly required: boolean;
  /** Whether no field is below it. */
  readonly leaf: boolean;
}

/** A field that is set in an object. */
export interface ValueNode extends SchemaNode {
  readonly at: readonly Step[];
  readonly value: unknown;
}

const file = join(import.meta.dirname, `../../config/crd/bases/${GROUP}_${PLURAL}.yaml`);
const definition = load(readFileSync(file, "utf8")) as {
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] };
};

/** The schema of `spec` as the committed CRD has it. */
export const specSchema: Schema = definition.spec.versions[0]?.schema.openAPIV3Schema.properties?.["spec"] ?? {};

/** Every field of the API below `spec`. */
export function schemaNodes(schema: Schema = specSchema, field: string = "spec", required: boolean = true): readonly SchemaNode[] {
  const below = childrenOf(schema).flatMap((child) => schemaNodes(child.schema, `${field}${child.suffix}`, child.required));
  return [{ field, schema, required, leaf: below.length === 0 }, ...below];
}

/** Every field that is set in a spec. Throws for one that the schema does not know. */
export function valueNodes(value: unknown): readonly ValueNode[] {
  return nodesBelow(value, { field: "spec", schema: specSchema, required: true, leaf: false }, ["spec"]);
}

function nodesBelow(value: unknown, node: SchemaNode, at: readonly Step[]): readonly ValueNode[] {
  const children = childrenOf(node.schema);
  const own = { ...node, leaf: children.length === 0, at, value };
  if (children.length === 0 || typeof value !== "object" || value === null) return [own];
  const steps: readonly Step[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const below = steps.flatMap((step) => {
    const child = children.find(({ name }) => name === undefined || name === step);
    if (!child) throw new Error(`the schema does not know ${[...at, step].join(".")}`);
    const next = { field: `${node.field}${child.suffix}`, schema: child.schema, required: child.required, leaf: false };
    return nodesBelow((value as Record<Step, unknown>)[step], next, [...at, step]);
  });
  return [own, ...below];
}

interface Child {
  /** Undefined for any key or item. */
  readonly name: string | undefined;
  readonly suffix: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** What Kubernetes itself checks (`x-kubernetes-preserve-unknown-fields`) has no fields of ours below it. */
function childrenOf(schema: Schema): readonly Child[] {
  const fields = Object.entries(schema.properties ?? {}).map(([name, child]) => ({
    name,
    suffix: `.${name}`,
    schema: child,
    required: schema.required?.includes(name) ?? false,
  }));
  const entry = schema.additionalProperties;
  const { items } = schema;
  if (schema["x-kubernetes-preserve-unknown-fields"]) return [];
  if (items?.["x-kubernetes-preserve-unknown-fields"]) return [];
  return [
    ...fields,
    ...(entry ? [{ name: undefined, suffix: ".<key>", schema: entry, required: false }] : []),
    ...(items ? [{ name: undefined, suffix: "[]", schema: items, required: false }] : []),
  ];
}
