/** Runs commands and tests one after the other, prints the time of each, and tells what became of them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addUp, failure, type Outcome } from "./outcome.ts";
import { OUTCOME_FILE } from "./outcome-reporter.ts";

/** A step: a command, or a run of vitest whose tests are counted one by one. */
export type Step =
  | { readonly kind: "command"; readonly name: string; readonly command: readonly string[] }
  | { readonly kind: "tests"; readonly name: string; readonly args: readonly string[] };

const repository = join(import.meta.dirname, "..");

/** Runs all steps, whatever becomes of the earlier ones. */
export function runSteps(steps: readonly Step[]): Outcome {
  return addUp(steps.map((step) => timed(step)));
}

function timed(step: Step): Outcome {
  const start = performance.now();
  const outcome = step.kind === "command" ? runCommand(step) : runTests(["--reporter=dot", ...step.args]);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${outcome.failures.length === 0 ? "ok    " : "FAILED"} ${step.name.padEnd(34)} ${seconds.padStart(7)} s`);
  return outcome;
}

/** Runs a program of node_modules/.bin or PATH; its output appears only when it fails. */
function runCommand({ name, command: [program = "", ...args] }: Step & { readonly kind: "command" }): Outcome {
  const result = spawnSync(program, args, { cwd: repository, env: environment(), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return { passed: 1, failures: [], skips: [] };
  const said = `${result.error?.message ?? ""}${result.stdout ?? ""}${result.stderr ?? ""}`;
  process.stdout.write(`${said}\n`);
  return failure(name, said);
}

/** Runs vitest with its output shown; `more` is added to its environment. What ends it without a word counts as a failure. */
export function runTests(args: readonly string[], more: NodeJS.ProcessEnv = {}): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "trino-operator-tests-"));
  const file = join(folder, "outcome.json");
  try {
    const vitest = ["run", `--reporter=${join(import.meta.dirname, "outcome-reporter.ts")}`, ...args];
    const env = { ...environment(), ...more, [OUTCOME_FILE]: file };
    const { status, signal, error } = spawnSync("vitest", vitest, { cwd: repository, env, stdio: ["ignore", "inherit", "inherit"] });
    const ending = error?.message ?? `vitest ended with ${status ?? signal}`;
    const outcome = readOutcome(file) ?? failure("vitest", `${ending} and without a result`);
    return status === 0 || outcome.failures.length > 0
      ? outcome
      : addUp([outcome, failure("vitest", `${ending} though no test failed: its set-up did, with the error above`)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOutcome(file: string): Outcome | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Outcome;
  } catch {
    return undefined;
  }
}

/** In a log nobody sees colours, and CI=true would turn them on. */
function environment(): NodeJS.ProcessEnv {
  const colour = process.stdout.isTTY ? {} : { NO_COLOR: "1", FORCE_COLOR: undefined };
  return { ...process.env, ...colour, PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };
}
