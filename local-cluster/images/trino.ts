/** The image `docker.io/trinodb/trino:476`, from the server and the plugins that Maven Central has. */
import { cp, link, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { debianBase, debianPackages } from "./debian.ts";
import { cachedImage } from "./image-cache.ts";
import { linkDuplicates } from "./link-duplicates.ts";
import { ensureTools } from "./machine-tools.ts";
import { type Coordinates, mavenFiles } from "./maven.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";
import { addUser } from "./users.ts";

const VERSION = "476";
const JAVA_HOME = "/usr/lib/jvm/java-25-openjdk-amd64";
const PLUGINS = ["tpch", "memory", "iceberg", "hive"] as const;
/** Plugins that Maven Central lacks, present with nothing but the driver that others take from them. */
const DRIVERS = { postgresql: "org.postgresql_postgresql", mysql: "com.mysql_mysql-connector-j" } as const;
const UID = 1000;

/** Builds the image unless the cache has it. */
export async function trinoImage(): Promise<ImageArchive> {
  const server: Coordinates = `io.trino:trino-server-core:${VERSION}:tar.gz`;
  const cli: Coordinates = `io.trino:trino-cli:${VERSION}:jar:executable`;
  const plugins = PLUGINS.map((name): Coordinates => `io.trino:trino-${name}:${VERSION}:zip`);
  const lower = await Promise.all([
    debianBase(),
    debianPackages({ name: "java25", packages: ["openjdk-25-jre-headless", "curl", "less"] }),
  ]);
  return cachedImage({
    name: "trino",
    key: await recipeKey(
      ["trino.ts", "trino", "users.ts", "link-duplicates.ts", "oci-archive.ts", "layer.ts"],
      ...lower.map((layer) => layer.digest),
    ),
    reference: `docker.io/trinodb/trino:${VERSION}`,
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
      const [serverFile = "", cliFile = "", ...pluginFiles] = await mavenFiles(`Trino ${VERSION}`, [server, cli, ...plugins]);
      await unpackServer(root, serverFile, pluginFiles);
      await addDriverPlugins(root);
      await addAgent(root);
      await cp(join(import.meta.dirname, "trino", "rootfs"), root, { recursive: true });
      await run("install", ["-D", "--mode=755", cliFile, join(root, "usr/bin/trino")]);
      await run("install", ["-d", `--owner=${UID}`, `--group=${UID}`, join(root, "data/trino")]);
      await addUser(root, { name: "trino", uid: UID, home: "/home/trino", shell: "/bin/bash" });
      await linkDuplicates(join(root, "usr/lib/trino"));
    },
  });
}

async function unpackServer(root: string, server: string, plugins: readonly string[]): Promise<void> {
  await ensureTools("unzip");
  const home = join(root, "usr/lib/trino");
  await mkdir(home, { recursive: true });
  await run("tar", ["--extract", `--file=${server}`, `--directory=${home}`, "--strip-components=1", "--no-same-owner"]);
  for (const other of ["darwin-amd64", "darwin-arm64", "linux-arm64", "linux-ppc64le"]) {
    await rm(join(home, "bin", other), { recursive: true, force: true });
  }
  for (const [index, name] of PLUGINS.entries()) {
    await run("unzip", ["-q", plugins[index] ?? "", "-d", root]);
    await rename(join(root, `trino-${name}-${VERSION}`), join(home, "plugin", name));
  }
}

/** The drivers are in the resource group plugin too; a plugin must have a service, so an empty one goes beside each. */
async function addDriverPlugins(root: string): Promise<void> {
  await ensureTools("javac");
  const plugins = join(root, "usr/lib/trino/plugin");
  const available = await readdir(join(plugins, "resource-group-managers"));
  const jar = join(root, "empty-plugin.jar");
  await packEmptyPlugin(root, jar);
  for (const [name, driver] of Object.entries(DRIVERS)) {
    const file = available.find((each) => each.startsWith(driver));
    if (!file) throw new Error(`Trino ${VERSION} brings no ${driver} jar`);
    await mkdir(join(plugins, name));
    await link(join(plugins, "resource-group-managers", file), join(plugins, name, file));
    await link(jar, join(plugins, name, "empty-plugin.jar"));
  }
  await rm(jar);
}

async function packEmptyPlugin(root: string, jar: string): Promise<void> {
  const classes = join(root, "classes");
  const sources = join(import.meta.dirname, "trino", "empty-plugin");
  const plugin = "local/EmptyPlugin";
  await run("javac", ["--release", "17", "-d", classes, join(sources, "io/trino/spi/Plugin.java"), join(sources, `${plugin}.java`)]);
  await rm(join(classes, "io"), { recursive: true });
  await mkdir(join(classes, "META-INF/services"), { recursive: true });
  await writeFile(join(classes, "META-INF/services/io.trino.spi.Plugin"), plugin.replace("/", "."));
  await run("jar", ["--create", `--file=${jar}`, "-C", classes, "."]);
  await rm(classes, { recursive: true });
}

/** The agent that the JVM options of the official image name, built with the headers of the JDK that has javac. */
async function addAgent(root: string): Promise<void> {
  await ensureTools("gcc", "javac");
  const source = join(import.meta.dirname, "trino", "jvmkill.c");
  const script =
    'include="$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")/include"; exec gcc -I"$include" -I"$include/linux" "$@"';
  await run("sh", ["-c", script, "sh", "-O2", "-shared", "-fPIC", "-o", join(root, "usr/lib/trino/bin/libjvmkill.so"), source]);
}
