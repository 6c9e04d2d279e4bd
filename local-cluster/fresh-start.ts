/**
 * Telling a cluster that can go on from what is left of one that was stopped or killed, and making room for a new one.
 *
 * A cluster whose processes were all killed is not revived: its pods would be gone, its leases and endpoints stale.
 * Its images are kept, because importing them is what takes long.
 */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { S3 } from "./addresses.ts";
import { makeCertificates } from "./certificates.ts";
import { createCgroups } from "./cgroups.ts";
import { ensureRunning } from "./component.ts";
import { containerdStore } from "./components/containerd.ts";
import { s3Directory } from "./components/s3.ts";
import { COMPONENTS } from "./components.ts";
import { deleteContainers } from "./image-store.ts";
import { writeKubeconfigs } from "./kubeconfigs.ts";
import { removeLeftovers } from "./leftovers.ts";
import { createNetwork, networkExists } from "./network.ts";
import { binPath, containerdRoot, statePath } from "./paths.ts";
import { requireFreeResources } from "./preflight.ts";
import { runningProcess, stopProcess } from "./processes.ts";
import type { Programs } from "./programs.ts";
import { readIfThere, step } from "./progress.ts";

const currentBoot = async (): Promise<string> => (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();

/** Written when everything is laid out, so that a start which was interrupted before is not taken for a cluster. */
const layoutMarker = (): string => statePath("laid-out");

/** Below containerd's directory, which stays: the boot in which the images were imported. */
const bootMarker = (): string => statePath("containerd", "boot");

/** Whether there is a cluster to go on with: laid out, with its network, and at least one of its processes alive. */
export async function canGoOn(): Promise<boolean> {
  if (!existsSync(layoutMarker()) || !networkExists()) return false;
  const running = await Promise.all(COMPONENTS.map(({ name }) => runningProcess(name)));
  return running.some((record) => record !== undefined);
}

/** Clears away whatever there is and lays out a new cluster, up to but without its processes. */
export async function layOut(programs: Programs): Promise<void> {
  await step("clearing away what is left of an earlier cluster", clear);
  await requireFreeResources();
  await step("making certificates, network and control groups", async () => {
    await mkdir(join(s3Directory(), S3.bucket), { recursive: true });
    await makeCertificates();
    await mkdir(statePath("kubeconfigs"), { recursive: true, mode: 0o700 });
    await writeKubeconfigs();
    await linkPrograms(programs);
    await createCgroups();
    await createNetwork();
  });
  if (existsSync(containerdRoot())) await clearImageStore(programs);
  await mkdir(statePath("containerd"), { recursive: true });
  await writeFile(bootMarker(), await currentBoot());
  await writeFile(layoutMarker(), "");
}

async function clear(): Promise<void> {
  for (const { name } of COMPONENTS.toReversed()) await stopProcess(name, 0);
  await stopProcess(containerdStore.name, 0);
  await removeLeftovers();
  await rm(statePath("logs"), { recursive: true, force: true });
}

/** Keeps the images only when they are surely whole: after another boot, files may lack what was not yet on the disk. */
async function clearImageStore(programs: Programs): Promise<void> {
  const whole = (await readIfThere(bootMarker())) === (await currentBoot());
  const cleared = whole && (await tryDeleteContainers(programs));
  if (!cleared) await rm(containerdRoot(), { recursive: true, force: true });
}

async function tryDeleteContainers(programs: Programs): Promise<boolean> {
  try {
    await ensureRunning(containerdStore, programs);
    await deleteContainers();
    return true;
  } catch (error) {
    process.stderr.write(`    the images cannot be kept: ${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  } finally {
    await stopProcess(containerdStore.name);
  }
}

/** kubectl and helm at a path that does not change with their version. */
async function linkPrograms(programs: Programs): Promise<void> {
  await mkdir(binPath(), { recursive: true });
  for (const name of ["kubectl", "helm"] as const) await symlink(programs[name], join(binPath(), name));
}
