/** What is wrong with a spec: which field, what is wrong with it, and the cure. Never holds the value of a Secret. */
export interface Violation {
  /** The field's path as in the manifest, e.g. `spec.workers.resources.limits.memory`. */
  readonly field: string;
  /** One sentence: what is wrong. */
  readonly problem: string;
  /** One sentence: what to do. */
  readonly cure: string;
  /** True when it may heal without an edit of the spec, e.g. a Secret that is not there yet. */
  readonly waiting: boolean;
}

/** Thrown by `validate` with every violation at once. */
export class SpecInvalid extends Error {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map((violation) => `${violation.field}: ${violation.problem} ${violation.cure}`).join("; "));
    this.name = "SpecInvalid";
    this.violations = violations;
  }
}
