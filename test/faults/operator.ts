/** The operator's own process, of the bundle that is shipped: started as a person would outside of a cluster, its log kept. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";

const REPOSITORY = join(import.meta.dirname, "../..");
const END_MS = 60_000;

const STARTED = '"message":"controllers started"';

const live = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of live) child.kill("SIGKILL");
});

/** Bundles the operator into `directory`; returns the path of the program. */
export function bundleOperator(directory: string): string {
  const { status, stderr } = spawnSync(process.execPath, ["hack/build.ts"], { cwd: REPOSITORY, encoding: "utf8" });
  if (status !== 0) throw new Error(`the operator cannot be bundled: ${stderr}`);
  cpSync(join(REPOSITORY, "dist"), directory, { recursive: true }); // another build may remove it
  return join(directory, "operator.js");
}

/** One operator, over all its processes. */
export class OperatorProcess {
  /** Every line that it has written. */
  readonly lines: string[] = [];
  /** Ends that nobody asked for. */
  readonly unplanned: string[] = [];
  /** When its controllers last started, in monotonic milliseconds; infinite until they have. */
  startedAt = Number.POSITIVE_INFINITY;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor({ kubeconfig, namespace, program }: { readonly kubeconfig: string; readonly namespace: string; readonly program: string }) {
    const { KUBERNETES_SERVICE_HOST: _host, ...environment } = process.env;
    this.#environment = { ...environment, KUBECONFIG: kubeconfig };
    const addresses = ["health-probe", "metrics"].map((name) => `--${name}-bind-address=127.0.0.1:0`);
    this.#args = [program, "run", `--watch-namespace=${namespace}`, "--log-level=info", ...addresses];
  }

  get runs(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    const child = spawn(process.execPath, this.#args, { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.startedAt = Number.POSITIVE_INFINITY;
    live.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const parts = `${rest}${text}`.split("\n");
        rest = parts.pop() ?? "";
        this.lines.push(...parts);
        if (parts.some((line) => line.includes(STARTED)) && this.#child === child) this.startedAt = performance.now();
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
    if (child) await ended(child);
  }

  /** SIGTERM, and waits until it has ended as it should. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), END_MS);
    await ended(child).finally(() => clearTimeout(timer));
    if (child.exitCode !== 0) this.unplanned.push(`ended with ${child.exitCode ?? child.signalCode} after SIGTERM`);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
