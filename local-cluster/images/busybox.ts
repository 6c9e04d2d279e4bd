/** The image `docker.io/library/busybox:1`, from Debian's busybox-static. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { cachedImage } from "./image-cache.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";

/** Builds the image unless the cache has it. */
export async function busyboxImage(): Promise<ImageArchive> {
  return cachedImage({
    name: "busybox",
    key: await recipeKey(["busybox.ts", "busybox", "oci-archive.ts", "layer.ts"]),
    reference: "docker.io/library/busybox:1",
    config: { user: "", env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }, cmd: ["sh"] },
    lower: [],
    fill,
  });
}

async function fill(root: string): Promise<void> {
  const download = join(root, "tmp");
  await mkdir(download);
  // apt-get downloads as a user of its own when it can enter the directory, and warns when it cannot.
  await run("sh", ["-c", "apt-get download busybox-static || { apt-get update && apt-get download busybox-static; }"], { cwd: download });
  const [file = ""] = await readdir(download);
  await run("dpkg-deb", ["--extract", join(download, file), download]);
  const bin = join(root, "bin");
  await mkdir(bin);
  await run("sh", [
    "-c",
    'cp "$(find "$1" -type f -name busybox -perm -1)" "$2/busybox" && "$2/busybox" --install "$2"',
    "sh",
    download,
    bin,
  ]);
  await run("rm", ["-r", download]);
  await run("install", ["-d", "--mode=1777", join(root, "tmp"), join(root, "var/tmp")]);
  await run("install", ["-d", join(root, "root"), join(root, "home"), join(root, "usr/sbin")]);
  await run("cp", ["-r", `${join(import.meta.dirname, "busybox", "rootfs")}/.`, root]);
}
