/** What our writes to what was seen let pass. */
import { isConflict, isInvalid, isNotFound } from "../../../runtime/api-error.ts";

/** Gone, or replaced by a namesake with another UID: either way there is nothing left to delete. Throws anything else again. */
export function unlessGone(error: unknown): void {
  if (!isNotFound(error) && !isConflict(error)) throw error;
}

/** The same of a patch that names the UID of what was seen, which is invalid for a namesake. */
export function unlessNamesake(error: unknown): void {
  if (!isInvalid(error)) unlessGone(error);
}
