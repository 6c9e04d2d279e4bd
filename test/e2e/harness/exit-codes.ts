/** How containers of pods that went ended; the API server forgets it with the pod, so it is watched. */
import { startKubectl } from "./kubectl.ts";
import { waitFor } from "./wait-for.ts";

const TEMPLATE = '--output=jsonpath={.metadata.name} {.status.containerStatuses[*].state.terminated.exitCode}{"\\n"}';

/** Watches a namespace; the function that it returns waits for the exit code of each pod named, and ends the watch. */
export async function watchExitCodes(namespace: string): Promise<(pods: readonly string[]) => Promise<Readonly<Record<string, number>>>> {
  const seen = new Map<string, number>();
  const watch = startKubectl(["get", "pods", `--namespace=${namespace}`, "--watch", TEMPLATE]);
  let output = "";
  watch.stdout?.on("data", (chunk: Buffer) => {
    output += chunk;
    for (const [, name = "", code] of output.matchAll(/^(\S+) (\d+)$/gm)) seen.set(name, Number(code));
  });
  await waitFor("the watch of pods to begin", async () => {
    if (output === "") throw new Error("nothing was seen yet");
  });
  return async (pods) => {
    const check = async (): Promise<Readonly<Record<string, number>>> => {
      const missing = pods.filter((pod) => !seen.has(pod));
      if (missing.length > 0) throw new Error(`no exit code of ${missing.join(", ")}; seen: ${JSON.stringify([...seen])}`);
      return Object.fromEntries(pods.map((pod) => [pod, seen.get(pod) ?? -1]));
    };
    return waitFor("the exit codes of the pods that went", check, { timeoutMs: 120_000, namespace }).finally(() => watch.kill());
  };
}
