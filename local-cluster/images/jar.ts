/** Small jars of our own. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { ensureTools } from "./machine-tools.ts";

/** What goes into a jar. */
export interface JarContent {
  /**
   * A class, and the folder of its sources. What else is in that folder stands in for Trino's classes, which need a newer Java than the
   * machine has, and stays out of the jar.
   */
  readonly source?: { readonly folder: string; readonly className: string };
  /** Implementations by the interface that a `ServiceLoader` is asked for. */
  readonly services?: Readonly<Record<string, string>>;
}

/** Makes the jar. */
export async function makeJar(jar: string, { source, services = {} }: JarContent): Promise<void> {
  await ensureTools("javac");
  const tree = `${jar}.tree`;
  await mkdir(join(tree, "META-INF/services"), { recursive: true });
  if (source) {
    const file = join(source.folder, `${source.className.replaceAll(".", "/")}.java`);
    await run("javac", ["--release", "17", "-implicit:none", "-sourcepath", source.folder, "-d", tree, file]);
  }
  for (const [name, implementation] of Object.entries(services)) await writeFile(join(tree, "META-INF/services", name), implementation);
  await run("jar", ["--create", `--file=${jar}`, "-C", tree, "."]);
  await rm(tree, { recursive: true });
}
