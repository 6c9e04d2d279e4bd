/** What `check` runs, as a table; `test` runs it too. */
import type { Step } from "./steps.ts";

/** Everything that needs no cluster. */
export const CHECK_STEPS: readonly Step[] = [
  { kind: "command", name: "types", command: ["tsc", "--project", "."] },
  { kind: "command", name: "format and lint", command: ["biome", "check", "--error-on-warnings", "--max-diagnostics=200", "."] },
  { kind: "command", name: "lint with types", command: ["oxlint", "--type-aware", "--deny-warnings", "."] },
  { kind: "command", name: "walls between rooms", command: ["node", "hack/walls/main.ts"] },
  { kind: "command", name: "generated files are current", command: ["node", "hack/generate/main.ts", "--check"] },
  { kind: "command", name: "bundle", command: ["node", "hack/build.ts"] },
  { kind: "tests", name: "unit and golden tests", args: ["--project", "unit", "--project", "golden", "--passWithNoTests"] },
];
