/** `make`, as a person calls it from a shell of their own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { kubeconfig } from "./target.ts";

/** The checkout whose Makefile is called. */
export const REPOSITORY: string = join(import.meta.dirname, "..", "..", "..");

/** What a run of make wrote, both streams in the order in which they came, and how it ended. */
export interface MakeResult {
  readonly code: number;
  readonly output: string;
}

/** Variables of the make and of the vitest that run these tests, which a person's shell would not have. */
const FOREIGN = /^(MAKE|MFLAGS|VITEST|NODE_ENV$|TEST$|TEST_LONG$|OUTCOME_FILE$|IMG$|NAME$|STAGES$|FORCE_COLOR$)/;

/** The environment of a person's shell; `more` is added to it. */
export function shellEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return { ...Object.fromEntries(own), NO_COLOR: "1", KUBECONFIG: kubeconfig(), ...more };
}

/** Runs make with these arguments to its end, whatever that is. */
export function make(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<MakeResult> {
  const child = spawn("make", args, { cwd: REPOSITORY, env: shellEnvironment(more), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs make and returns its output; throws with it when make fails. */
export async function makeOrThrow(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, output } = await make(args, more);
  if (code !== 0) throw new Error(`make ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}
