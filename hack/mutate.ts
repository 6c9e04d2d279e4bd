/**
 * `npm run mutate -- NAME …`: breaks the code that everything stands on in each small way that Stryker knows, and counts what a test
 * notices. With names, only files whose path has one of them. Ends with 1 when a part, as far as it was tried, scores less than it must.
 *
 * Nothing is left out, neither texts nor mutants that change nothing. What survived is listed; reports/mutation has it as a page.
 */
import { globSync } from "node:fs";
import { relative } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import { type Parts, SCORE_TO_REACH, scoresOf } from "./mutation-score.ts";

const PARTS: Parts = {
  queue: ["src/runtime/workqueue.ts", "src/runtime/backoff.ts"],
  informer: ["src/runtime/informer.ts", "src/runtime/reflector.ts", "src/runtime/object-store.ts"],
  apply: ["src/runtime/server-side-apply.ts", "src/runtime/subset.ts"],
  plan: globSync("src/lifecycle/plan*.ts", { exclude: ["**/*.test.ts", "**/plan-types.ts"] }).toSorted(),
  policies: ["src/lifecycle/policies.ts"],
};

const names = process.argv.slice(2).filter((name) => name !== "");
const files = Object.values(PARTS)
  .flat()
  .filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
if (files.length === 0)
  throw new Error(`no file has ${names.join(" or ")} in its path; there are:\n${Object.values(PARTS).flat().join("\n")}`);

// As many random runs of the model for each mutant as in a plain test would take hours.
process.env["TEST_RUNS"] ??= "50";
const mutants = await new Stryker({
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "vitest.mutation.config.ts", related: true },
  mutate: files,
  coverageAnalysis: "perTest",
  // Stryker would rewrite it with TypeScript's old programming interface, which version 7 does not have.
  tsconfigFile: "none",
  // A busy machine must not make a survivor look like an endless loop.
  timeoutMS: 10_000,
  reporters: ["clear-text", "progress-append-only", "json", "html"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  allowConsoleColors: false,
}).runMutationTest();
const { table, missed } = scoresOf(
  mutants.map(({ fileName, status }) => ({ fileName: relative(process.cwd(), fileName), status })),
  PARTS,
);
process.stdout.write(`\n${table}\n`);
if (missed.length > 0) process.stdout.write(`below ${SCORE_TO_REACH} %: ${missed.join(", ")}\n`);
process.exitCode = missed.length > 0 ? 1 : 0;
