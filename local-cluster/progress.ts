/** Visible progress for long steps, and commands whose output is kept in a log file instead of the terminal. */
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";

const HEARTBEAT_MS = 15_000;

/** Runs `work`, printing its title when it starts, a line every 15 s while it goes on, and the seconds that it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`  … ${title}\n`);
  const heartbeat = setInterval(() => process.stderr.write(`    still: ${title} (${seconds()} s)\n`), HEARTBEAT_MS);
  try {
    const result = await work();
    process.stderr.write(`  ✓ ${title} (${seconds()} s)\n`);
    return result;
  } catch (cause) {
    process.stderr.write(`  ✗ ${title} (${seconds()} s)\n`);
    throw cause;
  } finally {
    clearInterval(heartbeat);
  }
}

/** How to run a command: `log` is a file that receives its output; without it the output is returned only. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: string;
  readonly input?: string;
}

/** Runs a command to its end and returns its standard output; throws with the last lines of its output when it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  if (options.log) await mkdir(dirname(options.log), { recursive: true });
  const log = options.log ? createWriteStream(options.log, { flags: "a" }) : undefined;
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    output += chunk;
    log?.write(chunk);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    errors = (errors + chunk).slice(-20_000);
    log?.write(chunk);
  });
  if (options.input !== undefined) child.stdin?.end(options.input);
  const code = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(status ?? signal ?? "unknown"));
  });
  log?.end();
  if (code !== 0) {
    const tail = (errors || output).trim().split("\n").slice(-15).join("\n");
    throw new Error(`${command} ${args.join(" ")} ended with ${code}${options.log ? `, see ${options.log}` : ""}:\n${tail}`);
  }
  return output;
}

/** Reads a file as text, or returns undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}
