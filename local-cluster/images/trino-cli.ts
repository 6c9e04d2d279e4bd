/** The Trino CLI on the machine itself, for queries from outside the pods. */
import { chmod, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { mavenFiles } from "./maven.ts";

const VERSION = "476";

/** Returns the path of an executable `trino`; it runs on the machine's `java` (11 or newer). */
export async function trinoCli(): Promise<string> {
  const entry = await cached("trino-cli", VERSION, async (directory) => {
    const [jar = ""] = await mavenFiles(`Trino CLI ${VERSION}`, [`io.trino:trino-cli:${VERSION}:jar:executable`]);
    await copyFile(jar, join(directory, "trino"));
    await chmod(join(directory, "trino"), 0o755);
  });
  return join(entry, "trino");
}
