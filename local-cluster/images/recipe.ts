/** Keys of cache entries that change with the files that make them. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheKey } from "../cache.ts";

/**
 * The key of what is made from the given files and folders of this directory (contents and modes, folders with
 * everything below) and from `inputs`, for example versions and the keys of lower layers.
 */
export async function recipeKey(paths: readonly string[], ...inputs: readonly string[]): Promise<string> {
  const parts: string[] = [...inputs];
  for (const path of paths) await collect(join(import.meta.dirname, path), path, parts);
  return cacheKey(...parts);
}

async function collect(absolute: string, name: string, parts: string[]): Promise<void> {
  const status = await stat(absolute);
  if (!status.isDirectory()) {
    parts.push(name, (status.mode & 0o111).toString(8), await readFile(absolute, "utf8"));
    return;
  }
  for (const entry of (await readdir(absolute)).sort()) await collect(join(absolute, entry), join(name, entry), parts);
}
