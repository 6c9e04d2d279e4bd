/** Mutations that change nothing, with the reason: another way to write the same. Whatever else is taken must have an effect. */
import type { Mutation } from "./mutations.ts";

interface Equivalent {
  readonly field: RegExp;
  /** The values that are the same as that of the base; every one unless told. */
  readonly values?: readonly unknown[];
  readonly reason: string;
}

const ABSENT = [undefined, null];

const EQUIVALENTS: readonly Equivalent[] = [
  { field: /^spec\.coordinator\.replicas$/, values: ABSENT, reason: "there is one coordinator" },
  { field: /updatePolicy\.type$/, values: ABSENT, reason: "WhenIdle is the default" },
  { field: /^spec\.version$/, values: ["483", 483], reason: "a version may be a number or a string" },
  { field: /upgradeSchemaFrom$/, values: ["3.1.3"], reason: "Hive 3.1.3 has the schema 3.1.0" },
  { field: /extraArguments\.remove$/, reason: "what is removed twice is removed" },
  { field: /retentionPolicy$/, reason: "it counts when the cluster is deleted; see PROVEN_ELSEWHERE" },
];

/** Why a mutation has no effect, or undefined where it must have one. */
export function equivalence({ field, value }: Pick<Mutation, "field" | "value">): string | undefined {
  return EQUIVALENTS.find((row) => row.field.test(field) && (row.values === undefined || row.values.includes(value)))?.reason;
}
