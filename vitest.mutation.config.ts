import { defineConfig } from "vitest/config";

/** The tests that `npm run mutate` runs against each mutant: of the unit tests those that need neither files nor programs. */
export default defineConfig({
  test: {
    include: ["src/runtime/*.test.ts", "src/lifecycle/*.test.ts"],
    pool: "threads",
    isolate: false,
    testTimeout: 60_000,
  },
});
