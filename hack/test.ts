/**
 * `make test`: everything. First what needs no cluster, then the local cluster (or that of KUBECONFIG), then the tests on it.
 * Prints the total of each stage, and closes with one line for the whole: `N passed, N failed`.
 */
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { kubeconfig } from "../test/e2e/harness/target.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const REPORTS = join(REPOSITORY, "reports");
const SUMMARY = /^(\d+) passed, (\d+) failed$/m;

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly name: string;
  readonly run: () => Promise<Count>;
}

const STAGES: readonly Stage[] = [
  { name: "check", run: check },
  { name: "contract", run: () => vitest("contract") },
  { name: "end-to-end", run: () => vitest("e2e") },
];

let up: Promise<boolean> | undefined;

const totals: (Count & { readonly name: string; readonly minutes: number })[] = [];
for (const { name, run } of STAGES) {
  process.stdout.write(`\n=== ${name}\n`);
  const start = performance.now();
  const count = await run();
  totals.push({ name, ...count, minutes: (performance.now() - start) / 60_000 });
}
process.stdout.write("\n");
for (const { name, passed, failed, minutes } of totals)
  process.stdout.write(`${name.padEnd(12)} ${passed} passed, ${failed} failed (${minutes.toFixed(1)} min)\n`);
const sum = (field: keyof Count): number => totals.reduce((total, count) => total + count[field], 0);
process.stdout.write(`${sum("passed")} passed, ${sum("failed")} failed\n`);
process.exitCode = sum("failed") === 0 ? 0 : 1;

async function check(): Promise<Count> {
  const { code, output } = await execute(process.execPath, [join("hack", "check.ts")]);
  const [, passed = "0", failed = "0"] = SUMMARY.exec(output.split("\n").slice(-5).join("\n")) ?? [];
  return { passed: Number(passed), failed: Number(failed) || (code === 0 ? 0 : 1) };
}

/** Runs a project of vitest; an error outside of any test, for example in the set-up, counts as a failed test. */
async function vitest(project: string): Promise<Count> {
  if (!(await clusterIsUp())) return { passed: 0, failed: 1 };
  await mkdir(REPORTS, { recursive: true });
  const report = join(REPORTS, `${project}.json`);
  await rm(report, { force: true });
  const { code } = await execute("vitest", [
    "run",
    "--project",
    project,
    "--passWithNoTests",
    "--reporter=verbose",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ]);
  const text = await readFile(report, "utf8").catch(() => "{}");
  const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = JSON.parse(text) as {
    numPassedTests?: number;
    numFailedTests?: number;
  };
  return { passed, failed: failed || (code === 0 ? 0 : 1) };
}

/** Somebody else's cluster is taken as it is; the local one is brought up once. */
function clusterIsUp(): Promise<boolean> {
  up ??= process.env["KUBECONFIG"]
    ? Promise.resolve(true)
    : execute(process.execPath, [join("local-cluster", "main.ts"), "up"]).then(({ code }) => code === 0);
  return up;
}

/** Runs a program with its output shown, and returns what it wrote to its standard output. */
function execute(program: string, args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  const path = [join(REPOSITORY, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
  // Only programs that need a cluster look at KUBECONFIG, and the local cluster must not exist for the others.
  const colour = process.stdout.isTTY ? {} : { NO_COLOR: "1", FORCE_COLOR: undefined };
  const env = { ...process.env, ...colour, PATH: path, ...(program === "vitest" ? { KUBECONFIG: kubeconfig() } : {}) };
  const child = spawn(program, args, { cwd: REPOSITORY, env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      process.stdout.write(`${program}: ${error.message}\n`);
      resolve({ code: 127, output });
    });
    child.once("close", (code) => resolve({ code: code ?? 1, output: output.trimEnd() }));
  });
}
