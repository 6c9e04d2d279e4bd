/** The images `docker.io/trinodb/trino`: what is the same in all versions, laid out as in the official image. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { debianBase, debianPackages } from "./debian.ts";
import { cachedImage } from "./image-cache.ts";
import { linkDuplicates } from "./link-duplicates.ts";
import { ensureTools } from "./machine-tools.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";
import { trinoCli } from "./trino-cli.ts";
import { addUser } from "./users.ts";

const JAVA_HOME = "/usr/lib/jvm/java-25-openjdk-amd64";
const UID = 1000;
const RECIPE = ["trino.ts", "trino", "trino-cli.ts", "jar.ts", "users.ts", "link-duplicates.ts", "oci-archive.ts", "layer.ts"];

/** One version of Trino. */
export interface TrinoImage {
  /** The name in the cache. */
  readonly name: string;
  readonly version: string;
  /** The files and folders that make the server, beside those that all versions share. */
  readonly recipe: readonly string[];
  /** Writes the server into `home` and changes what differs below `root`; both have the common files. */
  readonly addServer: (home: string, root: string) => Promise<void>;
}

/** Builds the image unless the cache has it. */
export async function cachedTrinoImage({ name, version, recipe, addServer }: TrinoImage): Promise<ImageArchive> {
  const lower = await Promise.all([
    debianBase(),
    debianPackages({ name: "java25", packages: ["openjdk-25-jre-headless", "curl", "less"] }),
  ]);
  return cachedImage({
    name,
    key: await recipeKey([...RECIPE, ...recipe], ...lower.map((layer) => layer.digest)),
    reference: `docker.io/trinodb/trino:${version}`,
    config: {
      user: `${UID}:${UID}`,
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LANG: "C.UTF-8",
        JAVA_HOME,
        CATALOG_MANAGEMENT: "static",
      },
      cmd: ["/usr/lib/trino/bin/run-trino"],
      ports: ["8080/tcp"],
    },
    lower,
    fill: async (root) => {
      const home = join(root, "usr/lib/trino");
      await cp(join(import.meta.dirname, "trino", "rootfs"), root, { recursive: true });
      await addServer(home, root);
      await keepOwnArchitecture(home);
      await addAgent(home);
      await run("install", ["-D", "--mode=755", await trinoCli(), join(root, "usr/bin/trino")]);
      await run("install", ["-d", `--owner=${UID}`, `--group=${UID}`, join(root, "data/trino")]);
      await addUser(root, { name: "trino", uid: UID, home: "/home/trino", shell: "/bin/bash" });
      await linkDuplicates(home);
    },
  });
}

async function keepOwnArchitecture(home: string): Promise<void> {
  for (const other of ["darwin-amd64", "darwin-arm64", "linux-arm64", "linux-ppc64le"]) {
    await rm(join(home, "bin", other), { recursive: true, force: true });
  }
}

/** The agent that the JVM options of the official image name, built with the headers of the JDK that has javac. */
async function addAgent(home: string): Promise<void> {
  await ensureTools("gcc", "javac");
  const source = join(import.meta.dirname, "trino", "jvmkill.c");
  const script =
    'include="$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")/include"; exec gcc -I"$include" -I"$include/linux" "$@"';
  await run("sh", ["-c", script, "sh", "-O2", "-shared", "-fPIC", "-o", join(home, "bin/libjvmkill.so"), source]);
}
