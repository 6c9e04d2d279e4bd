/** Faults that strike one request: the crash sweep and the error sweep. */
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

/** Each write and each read is refused, cut off, or answered by what cannot be read; or it is done, and the answer is lost. */
export function errors(log: readonly Entry[]): readonly Disturbance[] {
  const told = places(log.filter(({ verb }) => verb === "tell"));
  const writes = places(log.filter((entry) => isWrite(entry) && entry.verb !== "tell")).filter(isEarly);
  const reads = places(log.filter(({ verb }) => verb === "get" || verb === "list"));
  return [
    ...writes.flatMap((match) => WRITE_ERRORS.map((error) => strike({ match, ...error }))),
    ...told.map((match) => strike({ match, phase: "before", action: { kind: "reset" } })),
    ...reads.flatMap((match) => READ_ERRORS.map((error) => strike({ match, ...error }))),
  ];
}

const WRITE_ERRORS: readonly Omit<Rule, "match">[] = [
  { phase: "before", action: { kind: "status", code: 409 } },
  { phase: "before", action: { kind: "status", code: 429, retryAfterSeconds: 1 } },
  { phase: "before", action: { kind: "status", code: 500 } },
  { phase: "before", action: { kind: "status", code: 503 } },
  { phase: "after", action: { kind: "status", code: 504 } },
  { phase: "before", action: { kind: "status", code: 403 } },
  { phase: "before", action: { kind: "status", code: 401 } },
  { phase: "before", action: { kind: "reset" } },
  { phase: "after", action: { kind: "reset" } },
  { phase: "after", action: { kind: "truncate" } },
  { phase: "before", action: { kind: "silence" } },
];

const READ_ERRORS: readonly Omit<Rule, "match">[] = [
  { phase: "before", action: { kind: "status", code: 500 } },
  { phase: "before", action: { kind: "status", code: 429, retryAfterSeconds: 1 } },
  { phase: "before", action: { kind: "status", code: 403 } },
  { phase: "before", action: { kind: "reset" } },
  { phase: "after", action: { kind: "truncate" } },
];

/** A later event, or a later step of the status, is struck as the first ones are. */
function isEarly({ key = "", nth = 1 }: Rule["match"]): boolean {
  return nth <= 2 || !/ (events|trinoclusters\/status)/.test(key);
}

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
