/** Processes that a test owns: they end with it, and what they said is there to be read. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";

/** A process of a test. */
export interface OwnedProcess {
  readonly pid: number;
  /** Where its output goes. */
  readonly log: string;
  readonly hasEnded: () => boolean;
  /** Ends it, and waits until it has: SIGTERM, and SIGKILL after `graceMs` milliseconds (10 s unless told). */
  readonly stop: (graceMs?: number) => Promise<void>;
  /** Sends it a signal, such as SIGSTOP and SIGCONT. */
  readonly signal: (name: NodeJS.Signals) => void;
}

const live = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of live) child.kill("SIGKILL");
});

/** Starts `command` with its output in the file `log`; it ends with this process at the latest. */
export function startOwned(command: readonly string[], log: string, environment: Readonly<Record<string, string>> = {}): OwnedProcess {
  const [program = "", ...args] = command;
  const output = openSync(log, "a");
  const child = spawn(program, args, { stdio: ["ignore", output, output], env: { ...process.env, ...environment } });
  closeSync(output);
  live.add(child);
  const ended = once(child, "exit").finally(() => live.delete(child));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    log,
    hasEnded,
    signal: (name) => void child.kill(name),
    stop: async (graceMs = 10_000) => {
      if (hasEnded()) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended.finally(() => clearTimeout(timer));
    },
  };
}

/** TCP ports of the loopback device that were free a moment ago. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) server.close();
  return ports;
}
