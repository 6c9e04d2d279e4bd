import { defineConfig } from "vitest/config";
import { UndeployLast } from "./test/e2e/harness/undeploy-last.ts";

/** Unit tests share threads and module graphs, because nothing that they import keeps state. A busy machine is no failure. */
const fast = { pool: "threads", isolate: false, testTimeout: 60_000 } as const;

/** What talks to a cluster runs one file after the other, and waits for conditions with generous limits. */
const slow = { pool: "forks", fileParallelism: false, testTimeout: 900_000, hookTimeout: 900_000 } as const;

const project = (name: string, include: string[], options: object) => ({ test: { name, include, ...options } });

export default defineConfig({
  test: {
    sequence: { sequencer: UndeployLast },
    projects: [
      project(
        "unit",
        [
          "src/**/*.test.ts",
          "hack/**/*.test.ts",
          "local-cluster/**/*.test.ts",
          "test/crd/**/*.test.ts",
          "test/docs/**/*.test.ts",
          "test/repository/**/*.test.ts",
          "test/walk/coverage.test.ts",
          "test/faults/**/*.test.ts",
          "test/e2e/harness/**/*.test.ts",
        ],
        fast,
      ),
      project("golden", ["test/golden/**/*.test.ts"], fast),
      project("contract", ["test/contract/**/*.test.ts"], slow),
      project("walk", ["test/walk/**/*.test.ts"], { ...slow, exclude: ["test/walk/coverage.test.ts"] }),
      project("e2e", ["test/e2e/**/*.test.ts"], {
        ...slow,
        exclude: ["test/e2e/harness/**"],
        globalSetup: ["test/e2e/global-setup.ts"],
      }),
    ],
  },
});
