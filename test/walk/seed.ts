/** The one source of chance in the walk. */

/** WALK_SEED, or a new one; tests print it, so that a run can be repeated. */
export const seed: number = Number(process.env["WALK_SEED"] ?? Date.now() % 2 ** 31);
