/** The image `docker.io/trinodb/trino:476`, from the server and the plugins that Maven Central has as archives. */
import { link, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { makeJar } from "./jar.ts";
import { ensureTools } from "./machine-tools.ts";
import { type Coordinates, mavenFiles } from "./maven.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { cachedTrinoImage } from "./trino.ts";

const VERSION = "476";
const PLUGINS = ["tpch", "memory", "iceberg", "hive"] as const;
/** Plugins that Maven Central lacks, present with nothing but the driver that others take from them. */
const DRIVERS = { postgresql: "org.postgresql_postgresql", mysql: "com.mysql_mysql-connector-j" } as const;

/** Builds the image unless the cache has it. */
export function trino476Image(): Promise<ImageArchive> {
  return cachedTrinoImage({ name: "trino", version: VERSION, recipe: ["trino-476.ts", "trino-476"], addServer });
}

async function addServer(home: string, root: string): Promise<void> {
  const server: Coordinates = `io.trino:trino-server-core:${VERSION}:tar.gz`;
  const plugins = PLUGINS.map((name): Coordinates => `io.trino:trino-${name}:${VERSION}:zip`);
  const [serverFile = "", ...pluginFiles] = await mavenFiles(`Trino ${VERSION}`, [server, ...plugins]);
  await ensureTools("unzip");
  await run("tar", ["--extract", `--file=${serverFile}`, `--directory=${home}`, "--strip-components=1", "--no-same-owner"]);
  for (const [index, name] of PLUGINS.entries()) {
    await run("unzip", ["-q", pluginFiles[index] ?? "", "-d", root]);
    await rename(join(root, `trino-${name}-${VERSION}`), join(home, "plugin", name));
  }
  await addDriverPlugins(home);
}

/** The drivers are in the resource group plugin too; a plugin must have a service, so an empty one goes beside each. */
async function addDriverPlugins(home: string): Promise<void> {
  const plugins = join(home, "plugin");
  const available = await readdir(join(plugins, "resource-group-managers"));
  const jar = join(home, "empty-plugin.jar");
  const className = "local.EmptyPlugin";
  await makeJar(jar, {
    source: { folder: join(import.meta.dirname, "trino-476/empty-plugin"), className },
    services: { "io.trino.spi.Plugin": className },
  });
  for (const [name, driver] of Object.entries(DRIVERS)) {
    const file = available.find((each) => each.startsWith(driver));
    if (!file) throw new Error(`Trino ${VERSION} brings no ${driver} jar`);
    await mkdir(join(plugins, name));
    await link(join(plugins, "resource-group-managers", file), join(plugins, name, file));
    await link(jar, join(plugins, name, "empty-plugin.jar"));
  }
  await rm(jar);
}
