/** The one source of chance in the walk. */
import { seedFrom } from "../seed.ts";

/** See seedFrom. */
export const seed: number = seedFrom("WALK_SEED");
