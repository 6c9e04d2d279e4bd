/** Every field of the API does something: a new one wants a place in bases.yaml, and an effect that can be seen. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONG } from "../long.ts";
import { bases } from "./bases.ts";
import { PROVEN_ELSEWHERE } from "./behaviour.ts";
import { equivalence } from "./equivalents.ts";
import { judgeObject } from "./judgement.ts";
import { isThere, type Mutation, mutated, mutationsOf } from "./mutations.ts";
import { admittedObject } from "./pure-admission.ts";
import { schemaNodes, valueNodes } from "./schema-nodes.ts";

const fields = schemaNodes().filter(({ leaf }) => leaf);
const walked = Object.entries(bases).map(([name, spec]) => ({ name, spec, mutations: mutationsOf(name, spec) }));

/** What a spec leads to; undefined where the API server would refuse it. */
function judged(spec: unknown) {
  const object = admittedObject(spec);
  return object && judgeObject(object);
}

describe("the bases", () => {
  it("have every field of the API between them", () => {
    const set = new Set(Object.values(bases).flatMap((spec) => valueNodes(spec).map(({ field }) => field)));
    expect(fields.map(({ field }) => field).filter((field) => !set.has(field))).toEqual([]);
  });

  it.each(walked)("$name works", ({ spec }) => expect(judged(spec)?.kind).toBe("works"));
});

describe("a field", () => {
  const effects = new Map(walked.map(({ name, spec }) => [name, judged(spec)]));

  /** True when it makes another object, or has the operator act or speak otherwise. */
  function hasEffect({ base, ...mutation }: Mutation): boolean {
    const [was, now] = [effects.get(base), judged(mutated(bases[base], mutation))];
    return was?.kind === "works" && now?.kind === "works" && now.effect !== was.effect;
  }

  it.each(fields)("$field has an effect, or only one value", ({ field, schema }) => {
    const mutations = walked.flatMap(({ mutations: all }) => all.filter((mutation) => mutation.field === field));
    const alone = schema["x-kubernetes-validations"]?.some(({ rule }) => rule === "self == 1") ?? schema.enum?.length === 1;
    expect(mutations.length).toBeGreaterThan(0);
    expect(
      alone || field in PROVEN_ELSEWHERE || mutations.some((mutation) => equivalence(mutation) === undefined && hasEffect(mutation)),
    ).toBe(true);
  });
});

describe("no spec that is taken makes the operator throw", () => {
  const several = fc.tuple(fc.nat({ max: walked.length - 1 }), fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 6 }));

  it("also with several fields changed at once, and twice the same is the same", { timeout: 1_200_000 }, () => {
    fc.assert(
      fc.property(several, ([base, picks]) => {
        const { spec, mutations } = walked[base] ?? { spec: {}, mutations: [] };
        const chosen = picks.map((pick) => mutations[pick % mutations.length] as Mutation);
        const final = chosen.reduce<unknown>((now, mutation) => (isThere(now, mutation) ? mutated(now, mutation) : now), spec);
        const object = admittedObject(final);
        fc.pre(object !== undefined);
        const [first, second] = [judgeObject(object), judgeObject(structuredClone(object))];
        expect({ chosen, verdict: first }).toEqual({ chosen, verdict: second });
      }),
      { numRuns: LONG ? 20_000 : 150 },
    );
  });
});
