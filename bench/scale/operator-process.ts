/** The operator as its image runs it, as a process of this machine; and what the system knows of a process's memory. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, step } from "../../local-cluster/progress.ts";
import { waitFor } from "../../local-cluster/wait.ts";
import { freePorts, type OwnedProcess, startOwned } from "../../test/control-plane/processes.ts";
import { dockerfileStages, textsOf, variablesOf } from "../../test/repository/dockerfile.ts";
import type { ScalePlane } from "./plane.ts";

const REPOSITORY = join(import.meta.dirname, "../..");

/** `limits.memory` of config/manager, of which Node may use a part for its heap. */
const MEMORY_LIMIT_MIB = 256;

/** A program that is measured. */
export interface MeasuredProgram {
  readonly process: OwnedProcess;
  readonly stop: () => Promise<void>;
}

/** The operator, and what it tells of itself. */
export interface OperatorProgram extends MeasuredProgram {
  /** When the process was started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The values of /metrics by name with labels; reading them begins a new period for the event loop's lag. */
  readonly metrics: () => Promise<ReadonlyMap<string, number>>;
}

/** Makes dist/operator.js of this checkout. */
export async function bundleOperator(): Promise<void> {
  await step("bundle the operator", () => run(process.execPath, [join(REPOSITORY, "hack/build.ts")]));
}

/** Starts dist/operator.js, and waits until its caches are full. */
export async function startOperator(plane: ScalePlane, extra: readonly string[] = []): Promise<OperatorProgram> {
  const directory = await mkdtemp(join(tmpdir(), "operator-"));
  for (const [file, text] of Object.entries(plane.serviceAccount)) await writeFile(join(directory, file), text, { mode: 0o600 });
  const [metricsPort = 0, probesPort = 0] = await freePorts(2);
  const { hostname, port } = new URL(plane.controlPlane.url);
  const startedAt = Date.now();
  const addresses = [`--metrics-bind-address=127.0.0.1:${metricsPort}`, `--health-probe-bind-address=127.0.0.1:${probesPort}`];
  // `env` becomes the operator: a KUBECONFIG of this machine is not meant for it.
  const child = startOwned(
    ["env", "--unset=KUBECONFIG", process.execPath, ...nodeFlags(), ...extra, join(REPOSITORY, "dist/operator.js"), "run", ...addresses],
    join(directory, "log"),
    {
      ...imageEnvironment(),
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      SERVICE_ACCOUNT_DIRECTORY: directory,
    },
  );
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const limits = { timeoutMs: 60_000, intervalMs: 20 };
  await waitFor(`the operator to be ready (log: ${child.log})`, () => isReady(child, probesPort), limits);
  return { process: child, stop, startedAt, metrics: () => readMetrics(metricsPort) };
}

/** The image's flags. Node takes its percentage of a container's limit, which a process of this machine does not have. */
function nodeFlags(): readonly string[] {
  const [, ...words] = JSON.parse(textsOf(dockerfileStages().at(-1) ?? [], "ENTRYPOINT")[0] ?? "[]") as string[];
  const limit = Number(process.env["SCALE_MEMORY_LIMIT_MIB"] ?? MEMORY_LIMIT_MIB);
  return words
    .filter((word) => word.startsWith("--"))
    .map((flag) =>
      flag.replace(
        /^--max-old-space-size-percentage=(\d+)$/u,
        (_, percent) => `--max-old-space-size=${Math.floor((limit * Number(percent)) / 100)}`,
      ),
    );
}

/** The image's own variables. */
function imageEnvironment(): Readonly<Record<string, string>> {
  const variables = variablesOf(dockerfileStages().at(-1) ?? []);
  return Object.fromEntries(variables.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
}

async function isReady(child: OwnedProcess, port: number): Promise<void> {
  if (child.hasEnded()) throw new Error(await readFile(child.log, "utf8"));
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  if (!answer.ok) throw new Error(await answer.text());
}

async function readMetrics(port: number): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

/** Resident memory in MB, and how much of it is of no file. Source: https://docs.kernel.org/filesystems/proc.html */
export interface Memory {
  readonly resident: number;
  readonly anonymous: number;
}

/** The memory of a process now. */
export async function memoryOf({ pid }: OwnedProcess): Promise<Memory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const field = (name: string): number => (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "mu").exec(text)?.[1]) * 1024) / 1e6;
  return { resident: field("Rss"), anonymous: field("Anonymous") };
}

/** `USER_HZ`, which is the same on every Linux. Source: https://man7.org/linux/man-pages/man7/time.7.html */
const TICKS_PER_SECOND = 100;

/** Processor time of a process in seconds. Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export async function cpuSecondsOf({ pid }: OwnedProcess): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name of the program, in parentheses, may hold spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
