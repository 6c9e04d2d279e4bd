/** From a spec to its neighbours: one field is absent, at a bound, of another type, or has another meaning. */
import type { Schema } from "../../hack/generate/schema.ts";
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";
import { type Step, type ValueNode, valueNodes } from "./schema-nodes.ts";
import { furtherEntries, semanticValues } from "./values.ts";

/** How a value was found. */
export type MutationKind = "absent" | "bound" | "type" | "choice" | "meaning" | "entry";

/** One changed field. */
export interface Mutation {
  readonly base: string;
  readonly field: string;
  readonly at: readonly Step[];
  readonly kind: MutationKind;
  /** Undefined where the field is absent. */
  readonly value: unknown;
}

/** Every mutation of a spec, each once. */
export function mutationsOf(base: string, spec: unknown): readonly Mutation[] {
  return valueNodes(spec)
    .filter(({ at }) => at.length > 1)
    .flatMap((node) => {
      const found = candidates(node).filter(({ value }) => JSON.stringify(value) !== JSON.stringify(node.value));
      const unique = new Map(found.map((candidate) => [JSON.stringify(candidate.value), candidate]));
      return [...unique.values()].map(({ kind, value }) => ({ base, field: node.field, at: node.at, kind, value }));
    });
}

/** A copy of `object` with another value at `at`; with undefined, without it. */
export function withValue(object: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  const next = withValue((object as Record<Step, unknown>)[step], rest, value);
  if (Array.isArray(object)) {
    return next === undefined ? object.toSpliced(Number(step), 1) : object.with(Number(step), next);
  }
  const { [step]: _old, ...others } = object as Record<Step, unknown>;
  return next === undefined ? others : { ...others, [step]: next };
}

/** The spec of a mutation. */
export function mutated(spec: unknown, { at, value }: Pick<Mutation, "at" | "value">): TrinoClusterSpec {
  return (withValue({ spec }, at, value) as { spec: TrinoClusterSpec }).spec;
}

/** Whether what the field is in is there; an earlier mutation may have removed it. */
export function isThere(spec: unknown, { at }: Pick<Mutation, "at">): boolean {
  const parent = at.slice(1, -1).reduce<unknown>((object, step) => (isContainer(object) ? object[step] : undefined), spec);
  const last = at.at(-1);
  return Array.isArray(parent) ? typeof last === "number" && last < parent.length : isContainer(parent) && typeof last === "string";
}

function isContainer(value: unknown): value is Record<Step, unknown> {
  return typeof value === "object" && value !== null;
}

/** A mutation in one line. */
export function describeMutation({ base, at, kind, value }: Mutation): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return `${base}: ${at.join(".")} = ${text.length > 90 ? `${text.slice(0, 90)}… (${text.length})` : text} (${kind})`;
}

type Candidate = Pick<Mutation, "kind" | "value">;

function candidates(node: ValueNode): readonly Candidate[] {
  const { schema, field, value } = node;
  const of = (kind: MutationKind, values: readonly unknown[]): readonly Candidate[] => values.map((each) => ({ kind, value: each }));
  return [
    ...of("meaning", semanticValues(field)),
    ...of("choice", (schema.enum ?? []) as readonly unknown[]),
    ...of("choice", schema.enum ? ["Unknown", ""] : []),
    ...of("choice", schema.type === "boolean" ? [value !== true] : []),
    ...of("bound", bounds(schema, value)),
    ...of("type", [...otherTypes(schema), null]),
    ...furtherEntries(field).map(([key, entry]) => ({ kind: "entry" as const, value: { ...(value as object), [key]: entry } })),
    { kind: "absent", value: undefined },
  ];
}

const LARGE_INT32 = 2 ** 31;

function bounds(schema: Schema, value: unknown): readonly unknown[] {
  if (schema.type === "integer") {
    const { minimum, maximum } = schema;
    return [
      ...(minimum === undefined ? [-1] : [minimum, minimum - 1]),
      ...(maximum === undefined ? [LARGE_INT32] : [maximum, maximum + 1, LARGE_INT32]),
      Number(value) + 1,
    ];
  }
  if (schema.type === "string" && !schema.enum) {
    const { maxLength } = schema;
    return ["", ...(maxLength === undefined ? [] : ["a".repeat(maxLength), "a".repeat(maxLength + 1)])];
  }
  if (schema.type === "array") return [[], [...(value as unknown[]), ...(value as unknown[])]];
  return schema.additionalProperties ? [{}] : [];
}

function otherTypes({ type, "x-kubernetes-int-or-string": intOrString }: Schema): readonly unknown[] {
  if (intOrString) return [true, {}];
  switch (type) {
    case "integer":
      return ["7", 1.5];
    case "boolean":
      return ["true"];
    case "array":
      return [{}];
    case "object":
      return ["text", []];
    default:
      return [7, {}];
  }
}
