/** The least operator on Go's controller-runtime that makes the same children: what the operator is measured against. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadAll } from "js-yaml";
import { cached, cacheKey, cachePath } from "../../local-cluster/cache.ts";
import { goCommand } from "../../local-cluster/go-toolchain.ts";
import { run, step } from "../../local-cluster/progress.ts";
import { renderManifest } from "../../src/commands/render.ts";
import { startOwned } from "../../test/control-plane/processes.ts";
import { clusterOf } from "./clusters.ts";
import type { MeasuredProgram } from "./operator-process.ts";
import type { ScalePlane } from "./plane.ts";

const NAME = "yardstick";
const SOURCE = join(import.meta.dirname, NAME);

/** Builds the program unless the cache has it; returns its path. */
export async function buildYardstick(): Promise<string> {
  const files = (await readdir(SOURCE)).sort();
  const key = cacheKey(...files, ...(await Promise.all(files.map((file) => readFile(join(SOURCE, file), "utf8")))));
  const log = cachePath(NAME, `${key}.log`);
  const directory = await cached(NAME, key, (path) =>
    step(`building the yardstick (log: ${log})`, async () => {
      await run(await goCommand(), ["build", "-mod=readonly", "-buildvcs=false", "-ldflags", "-s -w", "-o", join(path, NAME), "."], {
        cwd: SOURCE,
        env: { CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" },
        log,
      });
    }),
  );
  return join(directory, NAME);
}

/** Starts it with the rights of the operator, and waits until it follows the API server. */
export async function startYardstick(plane: ScalePlane, program: string): Promise<MeasuredProgram> {
  const directory = await mkdtemp(join(tmpdir(), "yardstick-"));
  const template = join(directory, "children.json");
  await writeFile(template, JSON.stringify(childrenTemplate()));
  const log = join(directory, "log");
  const child = startOwned([program, `--template=${template}`], log, { KUBECONFIG: plane.kubeconfig });
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(directory, { recursive: true, force: true });
  };
  while (!(await readFile(log, "utf8")).includes("Starting workers")) {
    if (child.hasEnded()) throw new Error(await readFile(log, "utf8"));
    await sleep(50);
  }
  return { process: child, stop };
}

/** Every child of a cluster, as the operator applies it, with placeholders for what differs between clusters. */
export function childrenTemplate(): readonly object[] {
  const cluster = clusterOf(0);
  const metadata = { ...cluster.metadata, name: "placeholder-name", namespace: "placeholder-namespace", uid: "placeholder-uid" };
  const text = renderManifest(JSON.stringify({ ...cluster, metadata }), { explain: false });
  const marked = text
    .replaceAll("placeholder-namespace", "NAMESPACE")
    .replaceAll("placeholder-name", "NAME")
    .replaceAll("placeholder-uid", "UID");
  return loadAll(marked) as readonly object[];
}
