/**
 * The cache of the local cluster: everything that is downloaded or built, keyed by version, outside the checkout.
 *
 * An entry is a directory `<root>/<name>/<key>` that exists only when it is whole: it is made under a temporary
 * name and renamed at the end, so an interrupted run never leaves a half-made entry behind.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** The root of the cache: `$XDG_CACHE_HOME/trino-operator`, by default `~/.cache/trino-operator`. */
export function cacheRoot(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "trino-operator");
}

/** The path of an entry, whether it exists or not. */
export function cachePath(name: string, key: string): string {
  return join(cacheRoot(), name, key);
}

/** Returns the directory of the entry `name`/`key`, and calls `make` with an empty directory to fill when there is none. */
export async function cached(name: string, key: string, make: (directory: string) => Promise<void>): Promise<string> {
  const path = cachePath(name, key);
  if (existsSync(path)) return path;
  await mkdir(join(cacheRoot(), name), { recursive: true });
  const temporary = await mkdtemp(join(cacheRoot(), name, `.${key}-`));
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true });
    // Another process made the same entry meanwhile, and was first.
    if (!existsSync(path)) throw cause;
  }
  return path;
}

/** A short key for cache entries that depend on several inputs: 12 hex digits of SHA-256. */
export function cacheKey(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 12);
}
