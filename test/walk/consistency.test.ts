/**
 * Every change of every field, one at a time, on a real API server: it is refused at admission, refused in status, or has an effect;
 * and what is refused is told by its field and with the cure. The short form takes a part of the changes, by a seed that it prints.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Violation } from "../../src/trino/violation.ts";
import { LONG } from "../long.ts";
import { type Admitter, startAdmitter } from "./admission.ts";
import { bases } from "./bases.ts";
import { equivalence } from "./equivalents.ts";
import { type Judgement, judge, judgeObject } from "./judgement.ts";
import { refusedLate } from "./late-refusal.ts";
import { describeMutation, type Mutation, mutated, mutationsOf } from "./mutations.ts";
import { seed } from "./seed.ts";
import { namesField, tellsCure } from "./words.ts";

/** How many changes of each base the short form tries. */
const SHORT = 150;
const AT_ONCE = 8;

let admitter: Admitter;
beforeAll(async () => {
  admitter = await startAdmitter();
});
afterAll(() => admitter.stop());

/** What became of the changes of a base, and those that break a promise. */
interface Tally {
  readonly counts: Record<"refused" | "invalid" | "refused by Kubernetes" | "effect" | "equivalent", number>;
  readonly broken: string[];
}

describe(`every change of a field (WALK_SEED=${seed})`, () => {
  it.each(Object.keys(bases))("of %s is refused in words or has an effect", async (name) => {
    const tally = await walk(name);
    process.stdout.write(`${name}: ${JSON.stringify(tally.counts)}\n`);
    expect(tally.broken).toEqual([]);
  });
});

async function walk(name: string): Promise<Tally> {
  const spec = bases[name] ?? { version: 0 };
  const object = await admitter.settle(`walk-${name}`, spec);
  const base = judgeObject(object);
  if (base.kind !== "works") throw new Error(`${name} does not work: ${JSON.stringify(base)}`);
  // A Job's template cannot be changed: the operator removes one that has not begun, so that each is a new one.
  for (const manifest of base.manifests.filter(({ kind }) => kind !== "Job")) {
    expect(await admitter.apply(manifest, { dryRun: false })).toBeUndefined();
  }
  const tally: Tally = { counts: { refused: 0, invalid: 0, "refused by Kubernetes": 0, effect: 0, equivalent: 0 }, broken: [] };
  const chosen = [...chosenOf(mutationsOf(name, spec))];
  const worker = async (): Promise<void> => {
    for (let mutation = chosen.pop(); mutation; mutation = chosen.pop()) {
      const judgement = judge(await admitter.edit(object, mutated(spec, mutation)));
      const { counted, complaint } = await verdictOf(mutation, base, judgement);
      tally.counts[counted]++;
      if (complaint) tally.broken.push(`${describeMutation(mutation)} ${complaint}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return tally;
}

function chosenOf(all: readonly Mutation[]): readonly Mutation[] {
  if (LONG || all.length <= SHORT) return all;
  return fc.sample(fc.shuffledSubarray([...all], { minLength: SHORT, maxLength: SHORT }), { seed, numRuns: 1 })[0] ?? [];
}

type Works = Extract<Judgement, { kind: "works" }>;

/** Under what it is counted, and what is wrong with that. */
interface Verdict {
  readonly counted: keyof Tally["counts"];
  readonly complaint?: string | false | undefined;
}

async function verdictOf(mutation: Mutation, base: Works, judgement: Judgement): Promise<Verdict> {
  if (judgement.kind === "refused") {
    return { counted: "refused", complaint: !namesField(judgement.message, mutation) && `is not named: ${judgement.message}` };
  }
  if (judgement.kind === "invalid") return { counted: "invalid", complaint: complaintOf(judgement.violations, mutation) };
  const known = new Set(base.manifests.map((manifest) => JSON.stringify(manifest)));
  const others = judgement.manifests.filter((manifest) => !known.has(JSON.stringify(manifest)));
  const refused = await refusedLate(admitter, others);
  if (refused) return { counted: "refused by Kubernetes", complaint: complaintOf(refused, mutation) };
  if (judgement.effect !== base.effect) return { counted: "effect" };
  return { counted: "equivalent", complaint: equivalence(mutation) === undefined && "is taken and ignored" };
}

function complaintOf(told: readonly Violation[] | Error, mutation: Mutation): string | false {
  if (told instanceof Error) return `is not told by a field of the spec: ${told.message}`;
  return !tellsCure(told, mutation) && `is told otherwise: ${JSON.stringify(told)}`;
}
