/** Sequences of edits, drawn by a seed: which base, and for each step which field and which value. */
import fc from "fast-check";
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";
import { bases } from "./bases.ts";
import { GOOD, MISOPERATIONS } from "./misoperations.ts";
import { type Mutation, mutated, mutationsOf } from "./mutations.ts";
import { admittedObject } from "./pure-admission.ts";

/** One edit, as numbers of which the spec of the moment makes one of its own mutations. */
export interface Pick {
  readonly field: number;
  readonly value: number;
  /** How it is gone on: when the cluster rests, or while it changes. */
  readonly patient: boolean;
  /** A deliberate mistake in the place of an edit, when it is less than their number. */
  readonly mistake: number;
}

/** A sequence. */
export interface Sequence {
  readonly start: string;
  readonly picks: readonly Pick[];
}

/** An edit of a spec. */
export interface Edit {
  readonly name: string;
  readonly spec: TrinoClusterSpec;
}

const { hiveMetastore: _none, ...embedded } = bases["embedded"] as TrinoClusterSpec;

/** Where sequences start. */
export const STARTS: Readonly<Record<string, TrinoClusterSpec>> = {
  small: GOOD,
  role: { ...embedded, catalogs: { tpch: { properties: { "connector.name": "tpch" } } } },
  external: bases["external"] as TrinoClusterSpec,
  managed: { ...GOOD, hiveMetastore: {}, catalogs: { lake: { properties: { "connector.name": "hive" }, metastore: "managed" } } },
};

const pick: fc.Arbitrary<Pick> = fc.record({
  field: fc.nat({ max: 100_000 }),
  value: fc.nat({ max: 100_000 }),
  patient: fc.boolean(),
  mistake: fc.nat({ max: 4 * MISOPERATIONS.length }),
});

/** `count` sequences of two to four edits. */
export function sequencesOf(seed: number, count: number): readonly Sequence[] {
  const sequence = fc.record({ start: fc.constantFrom(...Object.keys(STARTS)), picks: fc.array(pick, { minLength: 2, maxLength: 4 }) });
  return fc.sample(sequence, { seed, numRuns: count });
}

/** What is left out: other types, which admission alone is about, and more pods than a hollow node has room for. */
function isWalked({ kind, field, value }: Mutation): boolean {
  return kind !== "type" && !(/(\.replicas|maxSurge)$/.test(field) && Number(value) > 6);
}

/** The edit that a pick means for a spec: the first from there on that the API server takes. */
export function editOf(spec: TrinoClusterSpec, { field, value, mistake }: Pick): Edit {
  const deliberate = MISOPERATIONS[mistake];
  if (deliberate && deliberate.told !== "admission") {
    const merged = { ...spec, ...(deliberate.spec as object), version: spec.version } as TrinoClusterSpec;
    if (admittedObject(merged, spec)) return { name: deliberate.name, spec: merged };
  }
  const fields = [...Map.groupBy(mutationsOf("now", spec), (mutation) => mutation.field).values()];
  for (let turn = 0; turn < fields.length; turn++) {
    const values = (fields[(field + turn) % fields.length] ?? []).filter(isWalked);
    const found = values.map((_, index) => values[(value + index) % values.length] as Mutation).find((mutation) => takes(spec, mutation));
    if (found)
      return { name: `${found.at.join(".")} = ${JSON.stringify(found.value)?.slice(0, 120) ?? "absent"}`, spec: mutated(spec, found) };
  }
  throw new Error("no field of the spec can be changed");
}

function takes(spec: TrinoClusterSpec, mutation: Mutation): boolean {
  return admittedObject(mutated(spec, mutation), spec) !== undefined;
}
