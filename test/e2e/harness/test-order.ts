/** The order of test files: as vitest has it, but what takes the operator away from under the others comes after them. */
import { BaseSequencer, type TestSpecification } from "vitest/node";

const LAST = /\/test\/e2e\/undeploy\.test\.ts$/;

/** Vitest's own order, by failures and times of earlier runs, with one exception. */
export class UndeployLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLast = ({ moduleId }: TestSpecification): boolean => LAST.test(moduleId);
    return [...sorted.filter((file) => !isLast(file)), ...sorted.filter(isLast)];
  }
}
