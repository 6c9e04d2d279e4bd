/** Equal files as hard links, which a layer stores once. */
import { createHash } from "node:crypto";
import { link, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Replaces jars below `root` that have the same name and content as another by hard links to it; plugins share most of theirs. */
export async function linkDuplicates(root: string): Promise<void> {
  const seen = new Map<string, { readonly path: string; readonly inode: number }>();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && each.name.endsWith(".jar"))) {
    const path = join(entry.parentPath, entry.name);
    const { ino, size } = await stat(path);
    const id = `${entry.name}/${size}`;
    const first = seen.get(id);
    if (!first) {
      seen.set(id, { path, inode: ino });
    } else if (first.inode !== ino && (await digest(first.path)) === (await digest(path))) {
      await rm(path);
      await link(first.path, path);
    }
  }
}

async function digest(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
