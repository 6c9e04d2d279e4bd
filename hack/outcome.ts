/** What became of tests and commands: counts, and of each failure its name and its first line, so that no total hides them. */
import { stripVTControlCharacters } from "node:util";

/** One failure: where it stands, from the outermost name to the test's own, and what it said first. */
export interface Failure {
  readonly name: readonly string[];
  readonly error: string;
}

/** A test that did not run, and why. */
export interface Skip {
  readonly name: readonly string[];
  readonly reason: string;
}

/** Counts, and what stands behind them. `failed` is the number of failures. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Only tests that gave a reason. */
  readonly skips: readonly Skip[];
}

const NOTHING: Outcome = { passed: 0, failures: [], skips: [] };

/** The outcome of a thing that failed as a whole. */
export function failure(name: string, error: string): Outcome {
  return { ...NOTHING, failures: [{ name: [name], error }] };
}

/** One outcome of several. */
export function addUp(outcomes: readonly Outcome[]): Outcome {
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
    skips: outcomes.flatMap(({ skips }) => skips),
  };
}

/** The same under a further name, for example that of the stage. */
export function within(name: string, { passed, failures, skips }: Outcome): Outcome {
  const inside = <T extends { readonly name: readonly string[] }>(entry: T): T => ({ ...entry, name: [name, ...entry.name] });
  return { passed, failures: failures.map(inside), skips: skips.map(inside) };
}

/** `N passed, N failed`, which tools look for. */
export function totalOf({ passed, failures }: Outcome): string {
  return `${passed} passed, ${failures.length} failed`;
}

/** The names of all that failed, each with its first line, and of what was skipped for a reason; empty when there is nothing to tell. */
export function tell({ failures, skips }: Outcome): string {
  const skipped = skips.map(({ name, reason }) => `  ${name.join(" › ")}\n      ${reason}\n`);
  const failed = failures.map(({ name, error }) => `  ${name.join(" › ")}\n      ${firstLine(error)}\n`);
  const section = (title: string, lines: readonly string[]): string => (lines.length > 0 ? `\n${title}:\n${lines.join("")}` : "");
  return section("Skipped", skipped) + section("Failed", failed);
}

/** The line that says most: the first that names an error and does not only count them, else the first of all. */
function firstLine(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^Found \d+ /.test(line));
  return lines.find((line) => /error\b/i.test(line)) ?? lines[0] ?? "it said nothing";
}
