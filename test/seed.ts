/** Where the tests take chance from. */
import { LONG } from "./long.ts";

/** In every short run. */
const SHORT_SEED = 20_260_101;

/**
 * The number that this environment variable holds; else always the same, so that a red run tells of the change under test and not of
 * luck. The long form draws a new one, since it is there to find what nobody has thought of; tests print it, so that a run can be repeated.
 */
export function seedFrom(variable: string): number {
  return Number(process.env[variable] ?? (LONG ? Date.now() % 2 ** 31 : SHORT_SEED));
}
