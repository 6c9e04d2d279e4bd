/** Runs steps one after the other, prints the time of each, and closes with one line: `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A step: a command, or a run of vitest whose tests are counted one by one. */
export type Step =
  | { readonly kind: "command"; readonly name: string; readonly command: readonly string[] }
  | { readonly kind: "tests"; readonly name: string; readonly args: readonly string[] };

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const repository = join(import.meta.dirname, "..");

/** Runs all steps, whatever becomes of the earlier ones, and sets the exit code. */
export function runSteps(steps: readonly Step[]): void {
  const counts = steps.map(timed);
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function timed(step: Step): Count {
  const start = performance.now();
  const count = step.kind === "command" ? command(step.command) : tests(step.args);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${count.failed === 0 ? "ok    " : "FAILED"} ${step.name.padEnd(34)} ${seconds.padStart(7)} s`);
  return count;
}

/** Runs a program of node_modules/.bin or PATH; its output appears only when it fails. */
function command([program = "", ...args]: readonly string[]): Count {
  const result = spawnSync(program, args, { cwd: repository, env: environment(), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return { passed: 1, failed: 0 };
  process.stdout.write(`${result.error?.message ?? ""}${result.stdout ?? ""}${result.stderr ?? ""}\n`);
  return { passed: 0, failed: 1 };
}

/** Runs vitest; an error outside of any test counts as a failed test. */
function tests(args: readonly string[]): Count {
  const folder = mkdtempSync(join(tmpdir(), "trino-operator-tests-"));
  const report = join(folder, "report.json");
  try {
    const vitest = ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`, ...args];
    const { status } = spawnSync("vitest", vitest, { cwd: repository, env: environment(), stdio: "inherit" });
    const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    return { passed: passed ?? 0, failed: failed || (status === 0 ? 0 : 1) };
  } catch (error) {
    console.log(`vitest wrote no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${join(repository, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` };
}
