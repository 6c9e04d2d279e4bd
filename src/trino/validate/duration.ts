/** Durations of the spec. */
import { parseDurationSeconds } from "../units/duration.ts";
import type { Findings } from "./findings.ts";

/** Whole seconds, rounded up; refuses what is no duration. */
export function parseSeconds(field: string, text: string, findings: Findings): number {
  const seconds = parseDurationSeconds(text);
  if (seconds === undefined) findings.refuse(field, `${text} is not a duration.`, "Write it like 30s, 15m or 2h.");
  return Math.ceil(seconds ?? 0);
}
