import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { addUp, failure, type Outcome, tell, totalOf, within } from "./outcome.ts";
import { OUTCOME_FILE } from "./outcome-reporter.ts";

const passed: Outcome = { passed: 3, failures: [], skips: [] };

describe("the end of make test", () => {
  it("is one line of totals when all is well", () => {
    expect(`${tell(passed)}${totalOf(passed)}`).toBe("3 passed, 0 failed");
  });

  it("names what failed, with its stage and the line of its error", () => {
    const whole = addUp([passed, within("check", failure("types", "\u001b[31m\nin 3 files\nsrc/a.ts(1,2): error TS2304\u001b[0m\nmore"))]);
    expect(`${tell(whole)}${totalOf(whole)}`).toBe("\nFailed:\n  check › types\n      src/a.ts(1,2): error TS2304\n3 passed, 1 failed");
  });

  it("passes over a line that only counts errors", () => {
    expect(tell(failure("lint", "src/a.ts:1:2 lint/style ━━\n\nFound 2 errors.\n"))).toBe(
      "\nFailed:\n  lint\n      src/a.ts:1:2 lint/style ━━\n",
    );
  });

  it("says why a test was skipped", () => {
    const skipped: Outcome = { passed: 0, failures: [], skips: [{ name: ["a.test.ts", "counts"], reason: "no audit log" }] };
    expect(tell(within("end-to-end", skipped))).toBe("\nSkipped:\n  end-to-end › a.test.ts › counts\n      no audit log\n");
  });
});

const FILES = {
  "passes.test.js": 'it("passes", () => {});',
  "fails.test.js": 'describe("adding", () => it("is exact", () => expect(1 + 1).toBe(3)));',
  "skips.test.js": 'it("needs more", ({ skip }) => skip("there is too little"));',
  "hook.test.js": 'describe("set up", () => { beforeAll(() => { throw new Error("no room") }); it("is never run", () => {}); });',
  "import.test.js": 'throw new Error("no such part");',
  "late.test.js": 'it("leaves something behind", () => { void Promise.reject(new Error("left behind")); });',
};

/** What the reporter says of a run of vitest over these files. */
function outcomeOf(files: Readonly<Record<string, string>>, ...args: readonly string[]): Outcome {
  const root = mkdtempSync(join(tmpdir(), "outcome-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const file = join(root, "outcome.json");
  const reporter = join(import.meta.dirname, "outcome-reporter.ts");
  const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
  spawnSync(process.execPath, [vitest, "run", "--globals", `--root=${root}`, `--reporter=${reporter}`, ...args], {
    cwd: root,
    env: { ...process.env, [OUTCOME_FILE]: file },
  });
  return JSON.parse(readFileSync(file, "utf8")) as Outcome;
}

describe("the outcome of a run of vitest", { timeout: 120_000 }, () => {
  it("has every failure, those of hooks, imports and forgotten promises too", () => {
    const { passed: count, failures, skips } = outcomeOf(FILES);
    expect(count).toBe(2);
    expect(failures.map(({ name, error }) => `${name.join(" › ")}: ${error.split("\n")[0]}`).sort()).toEqual([
      "an error that no test caught: left behind",
      "fails.test.js › adding > is exact: AssertionError: expected 2 to be 3 // Object.is equality",
      "hook.test.js › set up › outside of its tests: Error: no room",
      "import.test.js › outside of its tests: Error: no such part",
    ]);
    expect(skips).toEqual([{ name: ["skips.test.js", "needs more"], reason: "there is too little" }]);
  });
});
