/** The one source of chance in the walk. */
import { LONG } from "../long.ts";

/**
 * WALK_SEED; else always the same, so that a red run tells of the change under test and not of luck. The long form draws a new one,
 * since it is there to find what nobody has thought of; tests print it, so that a run can be repeated.
 */
export const seed: number = Number(process.env["WALK_SEED"] ?? (LONG ? Date.now() % 2 ** 31 : 20_260_101));
