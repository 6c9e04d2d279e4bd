/**
 * A reporter for vitest that writes an {@link Outcome} to the file of OUTCOME_FILE. Vitest's own JSON knows neither hooks
 * that failed nor errors outside of any test, and those are the ones that are hard to find in a long log.
 */
import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";
import type { Failure, Outcome, Skip } from "./outcome.ts";

/** The variable that names the file. */
export const OUTCOME_FILE = "OUTCOME_FILE";

/** Vitest makes an instance of what a reporter's module exports by default. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const path = process.env[OUTCOME_FILE];
    if (path === undefined) throw new Error(`${OUTCOME_FILE} must name the file to write`);
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const outcome: Outcome = {
      passed: tests.filter((test) => test.result().state === "passed").length,
      failures: [
        ...tests.flatMap(failuresOfTest),
        ...modules.flatMap(failuresOutsideTests),
        ...unhandledErrors.map(({ message }) => ({ name: ["an error that no test caught"], error: message })),
      ],
      skips: tests.flatMap(skipsOfTest),
    };
    writeFileSync(path, JSON.stringify(outcome));
  }
}

function failuresOfTest(test: TestCase): readonly Failure[] {
  const result = test.result();
  if (result.state !== "failed") return [];
  return [{ name: [test.module.relativeModuleId, test.fullName], error: textOf(result.errors) }];
}

function skipsOfTest(test: TestCase): readonly Skip[] {
  const result = test.result();
  return result.state === "skipped" && result.note ? [{ name: [test.module.relativeModuleId, test.fullName], reason: result.note }] : [];
}

/** Hooks and imports: their tests count as skipped, or are not even known. */
function failuresOutsideTests(module: TestModule): readonly Failure[] {
  const suites: readonly (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return suites.flatMap((suite) => {
    const errors = suite.errors();
    const where = suite.type === "suite" ? [suite.fullName] : [];
    return errors.length > 0 ? [{ name: [module.relativeModuleId, ...where, "outside of its tests"], error: textOf(errors) }] : [];
  });
}

function textOf(errors: readonly SerializedError[]): string {
  return errors.map(({ name, message }) => (name ? `${name}: ${message}` : message)).join("\n");
}
