/** Which events the change of conditions is worth: each reason once, and a Warning only for what got worse. */
import { type Condition, findCondition } from "../../runtime/conditions.ts";
import type { Statement } from "./conditions.ts";

/** An event about a TrinoCluster. */
export interface TransitionEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly action: string;
  readonly note: string;
}

/** The events of a change from `previous` conditions to what is said now. */
export function transitionEvents(previous: readonly Condition[], statements: readonly Statement[]): readonly TransitionEvent[] {
  const events = new Map<string, TransitionEvent>();
  for (const statement of [...statements].sort(warningsFirst)) {
    if (!isWorthTelling(findCondition(previous, statement.type), statement) || events.has(statement.reason)) continue;
    events.set(statement.reason, { type: typeOf(statement), reason: statement.reason, action: statement.type, note: statement.message });
  }
  return [...events.values()];
}

/** Ready repeats the reason of the condition that decides it; the one with the severity is to win. */
function warningsFirst(a: Statement, b: Statement): number {
  return Number(typeOf(b) === "Warning") - Number(typeOf(a) === "Warning");
}

function isWorthTelling(before: Condition | undefined, { type, status, reason }: Statement): boolean {
  if (before?.status === status && before.reason === reason) return false;
  // A cluster that is being made was never available; and why it still is not, Progressing tells.
  if (type === "Available") return status === "True" ? before?.status !== "True" : before?.status === "True";
  return before !== undefined || type !== "Degraded" || status === "True";
}

function typeOf({ type, status }: Statement): TransitionEvent["type"] {
  if (type === "Degraded") return status === "True" ? "Warning" : "Normal";
  return type === "Available" && status !== "True" ? "Warning" : "Normal";
}
