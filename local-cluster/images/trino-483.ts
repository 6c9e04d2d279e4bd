/**
 * The image `docker.io/trinodb/trino:483`, put together from jars.
 *
 * Maven Central has no archive of the server from 477 on, but the jars of the server and of some plugins. What the archive would add
 * is here: the directories, the main class, the launcher, and in each plugin the entry by which the server finds it.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { makeJar } from "./jar.ts";
import { copyMavenJars, mavenFiles } from "./maven.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { cachedTrinoImage } from "./trino.ts";

/** The pom and the main class name it too. */
const VERSION = "483";
const FOLDER = join(import.meta.dirname, "trino-483");
/** Starts the JVM with the options that this Java needs; it was seen to start 483. */
const LAUNCHER = "io.airlift:launcher:318:tar.gz:bin";

/** The class of each plugin, by its directory. */
const PLUGINS: Readonly<Record<string, string>> = {
  "exchange-filesystem": "io.trino.plugin.exchange.filesystem.FileSystemExchangePlugin",
  hive: "io.trino.plugin.hive.HivePlugin",
  iceberg: "io.trino.plugin.iceberg.IcebergPlugin",
  memory: "io.trino.plugin.memory.MemoryPlugin",
  tpch: "io.trino.plugin.tpch.TpchPlugin",
};

/** Builds the image unless the cache has it. */
export function trino483Image(): Promise<ImageArchive> {
  return cachedTrinoImage({ name: "trino-483", version: VERSION, recipe: ["trino-483.ts", "trino-483"], addServer });
}

async function addServer(home: string, root: string): Promise<void> {
  await copyMavenJars(`Trino ${VERSION}`, join(FOLDER, "pom.xml"), home);
  await makeJar(join(home, "lib/main.jar"), { source: { folder: join(FOLDER, "main"), className: "io.trino.server.TrinoServer" } });
  for (const [name, className] of Object.entries(PLUGINS)) {
    await makeJar(join(home, "plugin", name, "services.jar"), { services: { "io.trino.spi.Plugin": className } });
  }
  const [launcher = ""] = await mavenFiles("Trino's launcher", [LAUNCHER]);
  await run("tar", ["--extract", `--file=${launcher}`, `--directory=${home}`, "--no-same-owner"]);
  await cp(join(FOLDER, "rootfs"), root, { recursive: true });
}
