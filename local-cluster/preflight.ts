/** Refusing, in clear words and before anything is changed, on a machine that cannot carry the cluster. */
import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { cacheRoot } from "./cache.ts";
import { hasMemoryController } from "./cgroups.ts";
import { LONGEST_STATE_PATH, stateDirectory } from "./paths.ts";
import { run } from "./progress.ts";

const GIB = 1024 ** 3;
const LEAST_MEMORY = 6 * GIB;
const LEAST_DISK = 15e9;

/** Throws an error that names everything that this machine lacks in kind: system, rights, kernel features. */
export async function requireCapableMachine(): Promise<void> {
  const lacks: string[] = [];
  if (process.platform !== "linux") lacks.push(`this is ${process.platform}, and the cluster needs Linux`);
  else if (process.arch !== "x64") lacks.push(`this machine is ${process.arch}, and kubectl is packaged for x64 only`);
  else if (process.geteuid?.() !== 0) lacks.push("not root: containers, networks and mounts need it (try sudo -E make cluster-up)");
  else lacks.push(...(await missingFeatures()));
  refuse(lacks);
}

async function missingFeatures(): Promise<string[]> {
  const lacks: string[] = [];
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release))
    lacks.push("not Debian or one of its kin: containerd and others come from its packages");
  if (!(await hasMemoryController()))
    lacks.push("no memory controller among the mounted cgroups (boot with cgroup_enable=memory, or allow it to this container)");
  if (!(await canMakeNetworks())) lacks.push("network namespaces cannot be made (is this a container without CAP_SYS_ADMIN?)");
  if (stateDirectory().length > LONGEST_STATE_PATH)
    lacks.push(
      `${stateDirectory()} is longer than ${LONGEST_STATE_PATH} characters, too long for Unix sockets below it: set XDG_CACHE_HOME to a shorter one`,
    );
  return lacks;
}

async function canMakeNetworks(): Promise<boolean> {
  return run("unshare", ["--net", "true"]).then(
    () => true,
    () => false,
  );
}

/** Throws an error unless there is memory and disk for a new cluster. */
export async function requireFreeResources(): Promise<void> {
  const lacks: string[] = [];
  const memory = /^MemAvailable:\s+(\d+) kB/m.exec(await readFile("/proc/meminfo", "utf8"))?.[1];
  const availableMemory = Number(memory ?? 0) * 1024;
  if (availableMemory < LEAST_MEMORY)
    lacks.push(`${(availableMemory / GIB).toFixed(1)} GiB of memory are available, and ${LEAST_MEMORY / GIB} GiB are needed`);
  const { bavail, bsize } = await statfs(nearestDirectory(cacheRoot()));
  const availableDisk = bavail * bsize;
  if (availableDisk < LEAST_DISK)
    lacks.push(`${(availableDisk / 1e9).toFixed(1)} GB of disk are free at ${cacheRoot()}, and ${LEAST_DISK / 1e9} GB are needed`);
  refuse(lacks);
}

function nearestDirectory(path: string): string {
  return existsSync(path) ? path : nearestDirectory(dirname(path));
}

function refuse(lacks: readonly string[]): void {
  if (lacks.length > 0) throw new Error(`this machine cannot carry the local cluster:\n${lacks.map((lack) => `  - ${lack}`).join("\n")}`);
}
