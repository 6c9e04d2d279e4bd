/** What a component of the cluster is to the commands up, down and status. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheKey } from "./cache.ts";
import { logPath } from "./paths.ts";
import { runningProcess, startProcess, stopProcess } from "./processes.ts";
import type { Programs } from "./programs.ts";
import { step } from "./progress.ts";
import { waitFor } from "./wait.ts";

/** A long-running process of the cluster. */
export interface Component {
  readonly name: string;
  /** Its command line. */
  readonly command: (programs: Programs) => readonly string[];
  /** The configuration files that it reads, by path; written before it starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where it answers, to be shown to people. */
  readonly endpoint: string;
  /** Asks it whether it is well, and throws when it is not. */
  readonly health: () => Promise<unknown>;
}

/** How long a live component may be unwell before it is started anew. */
const PATIENCE_MS = 60_000;

/** Starts the component unless it runs already, with the same command line and configuration, and is well. */
export async function ensureRunning(component: Component, programs: Programs): Promise<void> {
  const command = component.command(programs);
  const fingerprint = cacheKey(JSON.stringify([command, component.files ?? {}]));
  const running = await runningProcess(component.name);
  if (running?.fingerprint === fingerprint) {
    const well = await waitFor(component.name, component.health, { timeoutMs: PATIENCE_MS }).then(
      () => true,
      () => false,
    );
    if (well) return;
  }
  await stopProcess(component.name);
  await step(`starting ${component.name}`, async () => {
    for (const [path, content] of Object.entries(component.files ?? {})) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { mode: 0o600 });
    }
    await startProcess(component.name, command, fingerprint);
    await becomesHealthy(component);
  });
}

/** Waits until the component is well. Throws at once when its process ends instead. */
async function becomesHealthy(component: Component): Promise<void> {
  const log = logPath(component.name);
  const ended = await waitFor(`${component.name} (log: ${log})`, async () => {
    if (!(await runningProcess(component.name))) return true;
    await component.health();
    return false;
  });
  if (ended) throw new Error(`${component.name} ended right after its start, see ${log}`);
}
