/** The operator's own process: started as a person would outside of a cluster, killed without warning, its log kept. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../src/main.ts");

const live = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of live) child.kill("SIGKILL");
});

/** One operator, over all its processes. */
export class OperatorProcess {
  /** Every line that it has written. */
  readonly lines: string[] = [];
  /** Ends that nobody asked for. */
  readonly unplanned: string[] = [];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor({ kubeconfig, namespace, cache }: { readonly kubeconfig: string; readonly namespace: string; readonly cache: string }) {
    const { KUBERNETES_SERVICE_HOST: _host, ...environment } = process.env;
    this.#environment = { ...environment, KUBECONFIG: kubeconfig, NODE_COMPILE_CACHE: cache };
    const addresses = ["health-probe", "metrics"].map((name) => `--${name}-bind-address=127.0.0.1:0`);
    this.#args = [MAIN, "run", `--watch-namespace=${namespace}`, "--log-level=info", ...addresses];
  }

  get runs(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    const child = spawn(process.execPath, this.#args, { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    live.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const parts = `${rest}${text}`.split("\n");
        rest = parts.pop() ?? "";
        this.lines.push(...parts);
      });
    }
    child.once("exit", (code, signal) => {
      live.delete(child);
      if (this.#child !== child) return;
      this.#child = undefined;
      this.unplanned.push(`ended with ${code ?? signal}`);
    });
  }

  /** SIGKILL; it is gone at once. */
  kill(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  /** SIGKILL, and waits until it is gone. */
  async end(): Promise<void> {
    const child = this.#child;
    this.kill();
    if (child && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}
