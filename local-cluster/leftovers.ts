/**
 * Cleaning up after a cluster, however it ended: stopped, or with every process killed while mounts, control groups,
 * the network namespace, firewall rules and address leases stayed.
 */
import { existsSync } from "node:fs";
import { readdir, readFile, readlink, rm, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { removeCgroups } from "./cgroups.ts";
import { removeNetwork } from "./network.ts";
import { stateDirectory, statePath } from "./paths.ts";
import { signal } from "./processes.ts";
import { run } from "./progress.ts";
import { waitFor } from "./wait.ts";

const PROGRAMS = new Set([
  "containerd",
  "containerd-shim-runc-v2",
  "coredns",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-proxy",
  "kube-scheduler",
  "kubelet",
  "local-path-provisioner",
  "versitygw",
]);

/** Removes everything of a cluster but the image store and the logs; what is not there is no error. */
export async function removeLeftovers(): Promise<void> {
  await endProcesses();
  await removeCgroups();
  await unmountAll();
  await removeNetwork();
  await removeState();
}

/**
 * Whether a path belongs to a cluster of ours. There can be one on a machine only, as there is one network namespace,
 * so one that was made with another cache directory is in the way like our own.
 */
const isOurs = (path: string): boolean => path.startsWith(`${stateDirectory()}/`) || path.includes("/trino-operator/cluster/");

/** Ends processes of the cluster without a record of theirs: our programs whose command line names our directory. */
async function endProcesses(): Promise<void> {
  await waitFor(
    "left over processes to end",
    async () => {
      const pids = await strayProcesses();
      for (const pid of pids) signal(pid, "SIGKILL");
      if (pids.length > 0) throw new Error(`${pids.join(", ")} are left`);
    },
    { timeoutMs: 30_000, intervalMs: 50 },
  );
}

async function strayProcesses(): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const ours = await Promise.all(
    pids.map(async (pid) => {
      const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      const [program = "", ...options] = line.split("\0");
      return PROGRAMS.has(basename(program)) && options.some((option) => isOurs(option.slice(option.indexOf("=") + 1)));
    }),
  );
  return pids.filter((_, index) => ours[index]);
}

/** Unmounts the file systems of containers and volumes, the inner ones first. Throws when one cannot be unmounted. */
async function unmountAll(): Promise<void> {
  for (const mountPoint of (await mountsBelow()).toReversed()) {
    // Lazily: whatever still has a file open there keeps it, but the path is free at once.
    await run("umount", ["--lazy", mountPoint]).catch(() => undefined);
  }
  const left = await mountsBelow();
  if (left.length > 0) throw new Error(`these could not be unmounted, and hold data that must not be deleted:\n${left.join("\n")}`);
}

async function mountsBelow(): Promise<readonly string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).trim().split("\n");
  const points = lines.map((line) =>
    (line.split(" ")[4] ?? "").replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
  return points.filter(isOurs);
}

/** Deletes the state directory's content, except containerd's images and the logs, and links to pods' logs outside of it. */
async function removeState(): Promise<void> {
  const entries = existsSync(stateDirectory()) ? await readdir(stateDirectory()) : [];
  for (const entry of entries.filter((name) => name !== "containerd" && name !== "logs")) {
    await rm(statePath(entry), { recursive: true, force: true });
  }
  await rm(statePath("containerd", "run"), { recursive: true, force: true });
  await removeLogLinks();
  await removeNetworkResults();
}

/** The kubelet links every container's log into a directory that cannot be configured. */
async function removeLogLinks(): Promise<void> {
  const directory = "/var/log/containers";
  for (const name of existsSync(directory) ? await readdir(directory) : []) {
    const target = await readlink(join(directory, name)).catch(() => "");
    if (isOurs(target)) await unlink(join(directory, name));
  }
}

/** The CNI library notes for each container what its plugins answered, in a directory that containerd does not configure. */
async function removeNetworkResults(): Promise<void> {
  const directory = "/var/lib/cni/results";
  const names = existsSync(directory) ? await readdir(directory) : [];
  const ours = names.flatMap((name) => /^trino-operator-([0-9a-f]{64})-/.exec(name)?.[1] ?? []);
  for (const name of names.filter((file) => ours.some((container) => file.includes(container)))) {
    await unlink(join(directory, name));
  }
}
