/** Whether what a person is told names the field and what to do about it. */
import type { Violation } from "../../src/trino/violation.ts";
import type { Mutation } from "./mutations.ts";

/** True when a refusal of the API server names the field, or the rule that it breaks together with its neighbours. */
export function namesField(message: string, { at }: Pick<Mutation, "at">): boolean {
  const names = at.filter((step) => typeof step === "string").slice(-2);
  return message.includes(at.slice(0, 2).join(".")) && names.some((name) => message.includes(name));
}

/** The same for what the status tells: the field or, where others follow from it as from the version, the field that has to change. */
export function tellsCure(violations: readonly Violation[], { at }: Pick<Mutation, "at">): boolean {
  const part = at.slice(0, 2).join(".");
  const wide = part === "spec.version" || part === "spec.hiveMetastore" || part === "spec.caBundle" || part === "spec.image";
  const told = violations.every(({ problem, cure }) => /\.$/.test(problem) && /^[A-Z].*\.$/s.test(cure));
  return told && violations.some(({ field }) => (wide ? field.startsWith("spec.") : field.startsWith(part)));
}
