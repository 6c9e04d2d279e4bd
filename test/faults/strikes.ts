/** Faults that strike one request: the crash sweep. */
import type { Entry } from "./proxy.ts";
import { isWrite, keyOfRequest } from "./request-info.ts";
import { type Action, describeRule, type Rule } from "./rules.ts";
import type { Disturbance } from "./run-point.ts";

/** The operator is killed before or after each write: none of its process's last words reach anybody. */
export function crashes(log: readonly Entry[]): readonly Disturbance[] {
  return places(log.filter(isWrite)).flatMap((match) =>
    (["before", "after"] as const).map((phase) => strike({ match, phase, action: KILL })),
  );
}

const KILL: Action = { kind: "kill" };

/** Each request of a run, as the so-manieth of its key. */
function places(log: readonly Entry[]): readonly Rule["match"][] {
  const counts = new Map<string, number>();
  return log.map((entry) => {
    const key = keyOfRequest(entry);
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    return { key, nth };
  });
}

function strike(rule: Rule): Disturbance {
  return { name: describeRule(rule), struck: rule.action.kind !== "kill", rule, allowance: 1 };
}
