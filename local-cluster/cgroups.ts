/**
 * The control group that holds every pod: of our own name, so that what is left over in it is surely ours.
 *
 * Version 1 has one directory tree for each controller, version 2 has one tree; a hybrid machine has both.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signal } from "./processes.ts";
import { waitFor } from "./wait.ts";

/** The control group below the root of each tree; the kubelet's `cgroupRoot`. */
export const CGROUP_ROOT = "/trino-operator";

interface Tree {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  readonly controllers: readonly string[];
}

/** The trees that are mounted, see `cgroups(7)`. */
async function cgroupTrees(): Promise<readonly Tree[]> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).trim().split("\n");
  const trees: Tree[] = [];
  for (const mount of mounts) {
    const [, mountPoint = "", type, options = ""] = mount.split(" ");
    if (type === "cgroup") trees.push({ version: 1, mountPoint, controllers: options.split(",") });
    if (type === "cgroup2") {
      const controllers = (await readFile(join(mountPoint, "cgroup.controllers"), "utf8")).trim().split(" ");
      trees.push({ version: 2, mountPoint, controllers });
    }
  }
  return trees;
}

/** Whether memory limits can be set on this machine. */
export async function hasMemoryController(): Promise<boolean> {
  return (await cgroupTrees()).some((tree) => tree.controllers.includes("memory"));
}

/** Makes the control group in every tree; one that is there is no error. */
export async function createCgroups(): Promise<void> {
  for (const tree of await cgroupTrees()) {
    if (tree.version === 2) await delegate(tree);
    await mkdir(join(tree.mountPoint, CGROUP_ROOT), { recursive: true });
  }
}

/** Version 2 lets a group use only those controllers that its parent hands down. */
async function delegate(tree: Tree): Promise<void> {
  const wanted = tree.controllers.filter((name) => ["cpu", "cpuset", "io", "memory", "pids"].includes(name));
  const file = join(tree.mountPoint, "cgroup.subtree_control");
  for (const name of wanted) await writeFile(file, `+${name}`);
}

/** Ends every process in the control group with SIGKILL, waits until it is empty, and removes it. */
export async function removeCgroups(): Promise<void> {
  const roots = (await cgroupTrees()).map((tree) => join(tree.mountPoint, CGROUP_ROOT)).filter((path) => existsSync(path));
  await waitFor("the pods' processes to end", () => killAll(roots), { timeoutMs: 60_000, intervalMs: 50 });
  // The kernel may report a group as busy for a moment after its last process.
  for (const root of roots) await waitFor(`${root} to go`, () => removeTree(root), { timeoutMs: 30_000, intervalMs: 50 });
}

async function killAll(roots: readonly string[]): Promise<void> {
  const pids = new Set((await Promise.all(roots.map(processesBelow))).flat());
  for (const pid of pids) signal(pid, "SIGKILL");
  if (pids.size > 0) throw new Error(`${pids.size} are left`);
}

async function processesBelow(group: string): Promise<readonly number[]> {
  const own = (await readFile(join(group, "cgroup.procs"), "utf8").catch(() => "")).split("\n").filter(Boolean).map(Number);
  const below = await Promise.all((await childGroups(group)).map(processesBelow));
  return [...own, ...below.flat()].filter((pid) => pid > 0);
}

async function removeTree(group: string): Promise<void> {
  if (!existsSync(group)) return;
  for (const child of await childGroups(group)) await removeTree(child);
  await rmdir(group);
}

async function childGroups(group: string): Promise<readonly string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(group, entry.name));
}
