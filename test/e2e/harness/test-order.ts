/** The order of test files: as vitest has it, but what looks back on the others comes after them, and then what takes the operator away. */
import { BaseSequencer, type TestProject, type TestSpecification } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether every end-to-end test runs, and not only files or tests of some names. */
    readonly wholeSuite: boolean;
  }
}

/** From the first to the last. */
const AT_THE_END = [/\/test\/e2e\/rbac-used\.test\.ts$/u, /\/test\/e2e\/undeploy\.test\.ts$/u];

/** Vitest's own order, by failures and times of earlier runs, with these exceptions. */
export class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const project = files.map((file) => file.project).find(({ name }) => name === "e2e");
    if (project) project.provide("wholeSuite", await isWhole(project, files));
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification): number => AT_THE_END.findIndex((path) => path.test(moduleId));
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

async function isWhole(project: TestProject, files: readonly TestSpecification[]): Promise<boolean> {
  const { testFiles } = await project.globTestFiles();
  return project.config.testNamePattern === undefined && files.filter((file) => file.project === project).length === testFiles.length;
}
