/** Long-running processes that survive this program: started once, found again by their record, ended by their pid. */
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { NAMESPACE_FILE } from "./addresses.ts";
import { logPath, statePath } from "./paths.ts";
import { readIfThere } from "./progress.ts";

/** What is known of a started process: a pid alone could be another process's by now, so its start time is kept too. */
export interface ProcessRecord {
  readonly pid: number;
  /** Field 22 of `/proc/PID/stat`, in clock ticks since boot. */
  readonly startTime: string;
  /** A hash of the command line and configuration that it was started with. */
  readonly fingerprint: string;
}

const recordPath = (name: string): string => statePath("run", `${name}.json`);

/** Starts `command` in the cluster's network namespace, detached from the terminal, and records it under `name`. */
export async function startProcess(name: string, command: readonly string[], fingerprint: string): Promise<ProcessRecord> {
  await mkdir(dirname(logPath(name)), { recursive: true });
  await mkdir(dirname(recordPath(name)), { recursive: true });
  const log = openSync(logPath(name), "a");
  // nsenter, not `ip netns exec`: the latter mounts /sys anew, without the cgroups that the kubelet needs.
  const child = spawn("nsenter", [`--net=${NAMESPACE_FILE}`, "--", ...command], {
    cwd: "/",
    detached: true, // setsid: the terminal's signals do not reach it
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error(`${name} could not be started: ${command.join(" ")}`);
  const record = { pid: child.pid, startTime: startTimeOf(child.pid) ?? "", fingerprint };
  await writeFile(recordPath(name), JSON.stringify(record));
  return record;
}

/** The record of a process that runs, or undefined when there is none or it has ended. */
export async function runningProcess(name: string): Promise<ProcessRecord | undefined> {
  const text = await readIfThere(recordPath(name));
  if (!text) return undefined;
  const record = JSON.parse(text) as ProcessRecord;
  return isAlive(record) ? record : undefined;
}

/** Ends the process recorded as `name`, if it runs: SIGTERM first, SIGKILL after `graceMs` milliseconds. */
export async function stopProcess(name: string, graceMs = 20_000): Promise<void> {
  const record = await runningProcess(name);
  if (record && graceMs > 0) {
    signal(record.pid, "SIGTERM");
    await ended(record, graceMs);
  }
  if (record && isAlive(record)) {
    signal(record.pid, "SIGKILL");
    await ended(record, 10_000);
  }
  await rm(recordPath(name), { force: true });
}

/** Sends a signal to a process; one that ended meanwhile is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function ended(record: ProcessRecord, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (isAlive(record) && performance.now() < deadline) await sleep(50);
}

function isAlive(record: ProcessRecord): boolean {
  return startTimeOf(record.pid) === record.startTime;
}

/** The start time of a live process, or undefined: a zombie counts as ended, as nobody may be there to reap it. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold blanks: count from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
