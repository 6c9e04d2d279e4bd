/** Durations of the spec. */
import { parseDurationSeconds } from "../units/duration.ts";
import type { Findings } from "./findings.ts";

/** The largest number of an int32, as which Kubernetes keeps seconds: 68 years. */
const LONGEST_SECONDS = 2 ** 31 - 1;

/** Whole seconds, rounded up; refuses what is no duration, what is shorter than `least` seconds, and what no object can hold. */
export function parseSeconds(
  field: string,
  { text, least = 0 }: { readonly text: string; readonly least?: number },
  findings: Findings,
): number {
  const seconds = Math.ceil(parseDurationSeconds(text) ?? Number.NaN);
  if (Number.isNaN(seconds)) findings.refuse(field, `${text} is not a duration.`, "Write it like 30s, 15m or 2h.");
  else if (seconds > LONGEST_SECONDS) findings.refuse(field, `${text} is too long.`, "Use 24855d at most.");
  else if (seconds < least) findings.refuse(field, `${text} is too short.`, `Use ${least}s or more.`);
  else return seconds;
  return least;
}
