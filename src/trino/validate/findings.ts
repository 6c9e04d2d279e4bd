/** Where the checks put what they find. A check never stops another: the user sees everything that is wrong at once. */
import type { Violation } from "../violation.ts";

/** The collector of one validation. */
export interface Findings {
  /** The spec must be edited. */
  readonly refuse: (field: string, problem: string, cure: string) => void;
  /** Something is not there yet; it may heal without an edit of the spec. */
  readonly wait: (field: string, problem: string, cure: string) => void;
  /** Nothing is refused, but a user should know. */
  readonly warn: (text: string) => void;
  readonly violations: readonly Violation[];
  readonly warnings: readonly string[];
}

/** A new collector. The same finding is kept once. */
export function newFindings(): Findings {
  const violations: Violation[] = [];
  const warnings = new Set<string>();
  const add = (violation: Violation): void => {
    const known = violations.some(({ field, problem }) => field === violation.field && problem === violation.problem);
    if (!known) violations.push(violation);
  };
  return {
    refuse: (field, problem, cure) => add({ field, problem, cure, waiting: false }),
    wait: (field, problem, cure) => add({ field, problem, cure, waiting: true }),
    warn: (text) => void warnings.add(text),
    violations,
    get warnings() {
      return [...warnings];
    },
  };
}
