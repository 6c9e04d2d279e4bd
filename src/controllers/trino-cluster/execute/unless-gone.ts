/** What every delete of ours lets pass. */
import { isConflict, isNotFound } from "../../../runtime/api-error.ts";

/** Gone, or replaced by a namesake with another UID: either way there is nothing left to delete. Throws anything else again. */
export function unlessGone(error: unknown): void {
  if (!isNotFound(error) && !isConflict(error)) throw error;
}
