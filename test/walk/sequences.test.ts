/** Sequences of edits with the operator as a process of its own. 50 in the short form, 500 in the long; the seed is printed. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { LONG } from "../long.ts";
import { type LiveWorld, startLiveWorld } from "./live-world.ts";
import { runSequence } from "./run-sequence.ts";
import { seed } from "./seed.ts";
import { sequencesOf } from "./sequences.ts";

const COUNT = Number(process.env["WALK_SEQUENCES"] ?? (LONG ? 500 : 50));
/** Mostly they wait; the operator works on several clusters at a time anyway. */
const AT_ONCE = 16;

let world: LiveWorld;
beforeAll(async () => {
  world = await startLiveWorld();
});
afterAll(() => world.stop());

it(`${COUNT} sequences of edits end like a fresh cluster, and recover from what is refused (WALK_SEED=${seed})`, {
  timeout: 10_800_000,
}, async () => {
  const waiting = [...sequencesOf(seed, COUNT).entries()];
  const broken: string[] = [];
  let [refused, edits] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, sequence] = next;
      const result = await runSequence(world, sequence, `s${index}`);
      refused += result.refused;
      edits += result.edits.length - 1;
      for (const told of result.wordless) process.stdout.write(`told without a field: ${told}\n`);
      if (result.broken.length === 0) continue;
      broken.push(`sequence ${index}: ${result.edits.join("; ")}\n  ${result.broken.join("\n  ")}`);
      process.stdout.write(`${broken.at(-1)}\n`); // a long run may be cut off
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  process.stdout.write(`${COUNT} sequences of ${edits} edits, ${refused} of them refused, ${broken.length} sequences broke a promise\n`);
  expect(broken.join("\n")).toBe("");
  expect(world.complaints().filter((line) => line.includes("unhandled") || !line.startsWith("{"))).toEqual([]);
});
