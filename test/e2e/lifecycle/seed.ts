/** Chance that can be had again: the seed is in the test's name. */
import { createHash, randomInt } from "node:crypto";

/** The seed that is given, or a new one. */
export function seedOf(given: string | undefined): number {
  return given === undefined ? randomInt(1_000_000) : Number(given);
}

/** A number from 0 to 1 for a purpose, always the same for the same seed. */
export function momentOf(seed: number, purpose: string): number {
  return createHash("sha256").update(`${seed} ${purpose}`).digest().readUInt32BE() / 2 ** 32;
}
