/** What became of mutants, as a table: a line for each file, and one for each part, which has a score to reach. */

/** What Stryker says of a mutant. Source: https://stryker-mutator.io/docs/mutation-testing-elements/mutant-states-and-metrics/ */
export interface TriedMutant {
  readonly fileName: string;
  readonly status: "Killed" | "Timeout" | "Survived" | "NoCoverage" | "CompileError" | "RuntimeError" | "Ignored" | "Pending";
}

/** Part → its files. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** Percent of the mutants of a part that a test has to notice. */
export const SCORE_TO_REACH = 80;

interface Count {
  readonly detected: number;
  readonly undetected: number;
}

/** The table, and the parts that score less than they must. A part of which nothing was tried has neither. */
export function scoresOf(mutants: readonly TriedMutant[], parts: Parts): { readonly table: string; readonly missed: readonly string[] } {
  const of = (files: readonly string[]): Count => countOf(mutants.filter(({ fileName }) => files.includes(fileName)));
  const tried = Object.entries(parts).filter(([, files]) => sum(of(files)) > 0);
  const lines = tried.flatMap(([part, files]) => [
    line(part, of(files)),
    ...files.filter((file) => sum(of([file])) > 0).map((file) => line(`  ${file}`, of([file]))),
  ]);
  return {
    table: [`${"mutants noticed by a test".padEnd(44)}noticed    of    score`, ...lines].join("\n"),
    missed: tried.filter(([, files]) => scoreOf(of(files)) < SCORE_TO_REACH).map(([part]) => part),
  };
}

function countOf(mutants: readonly TriedMutant[]): Count {
  const count = (...states: readonly TriedMutant["status"][]): number => mutants.filter(({ status }) => states.includes(status)).length;
  return { detected: count("Killed", "Timeout"), undetected: count("Survived", "NoCoverage") };
}

const sum = ({ detected, undetected }: Count): number => detected + undetected;
const scoreOf = (count: Count): number => (100 * count.detected) / sum(count);

function line(name: string, count: Count): string {
  const numbers = [String(count.detected).padStart(7), String(sum(count)).padStart(6), `${scoreOf(count).toFixed(1)} %`.padStart(9)];
  return name.padEnd(44) + numbers.join("");
}
