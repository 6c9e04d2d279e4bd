/** Bounds what a part of the cache that grows with every build may hold. */
import { readdir, rm, stat } from "node:fs/promises";
import { cachePath } from "../cache.ts";

/** Removes all entries of `name` but the `count` newest; entries that are being made do not count. */
export async function keepNewest(name: string, count: number): Promise<void> {
  const keys = (await readdir(cachePath(name, ""))).filter((key) => !key.startsWith("."));
  const entries = await Promise.all(
    keys.map(async (key) => ({ path: cachePath(name, key), time: (await stat(cachePath(name, key))).mtimeMs })),
  );
  const old = entries.sort((a, b) => b.time - a.time).slice(count);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}
