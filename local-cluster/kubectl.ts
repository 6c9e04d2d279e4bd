/** Calling kubectl as the administrator. */
import { kubeconfigPath } from "./paths.ts";
import type { Programs } from "./programs.ts";
import { run } from "./progress.ts";

/** Runs kubectl and returns its standard output; `input` goes to its standard input. */
export async function kubectl(programs: Pick<Programs, "kubectl">, args: readonly string[], input?: string): Promise<string> {
  return run(programs.kubectl, ["--kubeconfig", kubeconfigPath(), ...args], input === undefined ? {} : { input });
}
