/** Ordered steps: a step builds on those before it, so one that fails makes the rest of its `describe` meaningless. */
import { afterEach, beforeEach } from "vitest";

/** Skips the tests of this `describe` that come after one that failed. */
export function useSteps(): void {
  let failed: string | undefined;
  beforeEach(({ skip }) => {
    if (failed !== undefined) skip(`it builds on a step that failed: ${failed}`);
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") failed ??= task.name;
  });
}
