/**
 * Layers made of Debian packages: a small base of the trixie suite, and layers that add packages to it.
 *
 * An added layer is what the installation writes into an overlay over the base, so the base stays one shared layer.
 * mmdebstrap needs root here: its own mode for users without root cannot keep file owners of other images.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { run, step } from "../progress.ts";
import type { Layer } from "./layer.ts";
import { cachedLayer } from "./layer-cache.ts";
import { ensureTools } from "./machine-tools.ts";
import { recipeKey } from "./recipe.ts";

const SUITE = "trixie";

/** Packages to add to the base. `alsoFrom` are older suites for packages that trixie lacks; `setup` is shell code that runs in `$1`, the root, before the installation. */
export interface PackageLayer {
  readonly name: string;
  readonly packages: readonly string[];
  readonly alsoFrom?: readonly string[];
  readonly setup?: string;
  readonly leaveOut?: readonly string[];
}

let base: Promise<{ readonly key: string; readonly root: string }> | undefined;

/** The layer of the base: Debian trixie with its essential packages, CA certificates and nothing else. */
export async function debianBase(): Promise<Layer> {
  const { key, root } = await debianTree();
  return cachedLayer({ name: "debian", key: await recipeKey(["layer.ts"], key), fill: async () => root });
}

/** A layer with more packages over {@link debianBase}. */
export async function debianPackages(layer: PackageLayer): Promise<Layer> {
  const { key, root } = await debianTree();
  const recipe = JSON.stringify(layer);
  return cachedLayer({
    name: layer.name,
    key: await recipeKey(["layer.ts"], key, recipe),
    ...(layer.leaveOut && { leaveOut: layer.leaveOut }),
    fill: (directory) => step(`Debian packages: ${layer.packages.join(", ")}`, () => installOver(root, layer, directory)),
  });
}

async function debianTree(): Promise<{ readonly key: string; readonly root: string }> {
  base ??= makeTree();
  return base;
}

async function makeTree(): Promise<{ readonly key: string; readonly root: string }> {
  const key = await recipeKey(["debian.ts"]);
  const entry = await cached("debian", key, (directory) =>
    step(`Debian ${SUITE}`, async () => {
      await ensureTools("mmdebstrap");
      const root = join(directory, "root");
      await run("mmdebstrap", [
        "--variant=essential",
        "--include=ca-certificates",
        "--format=directory",
        ...options(),
        SUITE,
        root,
        ...(await sources([SUITE])),
      ]);
      // Added layers write both anew: the devices cannot be made twice, and their sources may differ.
      await rm(join(root, "etc/apt/sources.list"));
      await run("find", [join(root, "dev"), "-mindepth", "1", "-delete"]);
    }),
  );
  return { key, root: join(entry, "root") };
}

/** Installs packages into an overlay over `lower` and returns its upper directory. */
async function installOver(lower: string, layer: PackageLayer, directory: string): Promise<string> {
  await ensureTools("mmdebstrap");
  const [upper, work, merged] = ["upper", "work", "merged"].map((name) => join(directory, name)) as [string, string, string];
  for (const path of [upper, work, merged]) await mkdir(path);
  const hook = layer.setup ? [`--setup-hook=${layer.setup}`] : [];
  const command = [
    "mmdebstrap",
    "--variant=custom",
    "--skip=check/empty",
    "--format=directory",
    ...options(),
    ...hook,
    `--include=${layer.packages.join(",")}`,
    SUITE,
    merged,
    ...(await sources([SUITE, ...(layer.alsoFrom ?? [])])),
  ];
  // In a mount namespace of its own, the overlay vanishes with the command, however that ends.
  const mount = `mount -t overlay overlay -o lowerdir="$1",upperdir="$2",workdir="$3" "$4" && shift 4 && exec "$@"`;
  await run("unshare", ["--mount", "--propagation", "private", "sh", "-c", mount, "sh", lower, upper, work, merged, ...command]);
  await rm(work, { recursive: true });
  return upper;
}

/** Mirrors may be frozen in time, so the dates of their indexes are no reason to refuse them. */
function options(): readonly string[] {
  return ["--mode=root", '--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=APT::Install-Recommends "false"'];
}

/** The apt sources for the suites, at the mirrors that this machine's own apt uses. */
async function sources(suites: readonly string[]): Promise<readonly string[]> {
  const targets = await run("apt-get", ["indextargets", "--format", "$(CREATED_BY) $(REPO_URI) $(RELEASE)"]);
  const mirrors = targets
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([kind]) => kind === "Packages");
  const mirror = mirrors.find(([, , release]) => /^[a-z]+$/.test(release ?? ""))?.[1];
  const security = mirrors.find(([, , release]) => /^[a-z]+-security$/.test(release ?? ""))?.[1];
  if (!mirror) throw new Error("The apt configuration of this machine names no Debian mirror");
  return suites.flatMap((suite) => [
    `deb ${mirror} ${suite} main`,
    `deb ${mirror} ${suite}-updates main`,
    ...(security ? [`deb ${security} ${suite}-security main`] : []),
  ]);
}
