/** The image `registry.k8s.io/pause:3.10`, one small static program. */
import { join } from "node:path";
import { run } from "../progress.ts";
import { cachedImage } from "./image-cache.ts";
import { ensureTools } from "./machine-tools.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";

/** Builds the image unless the cache has it. */
export async function pauseImage(): Promise<ImageArchive> {
  return cachedImage({
    name: "pause",
    key: await recipeKey(["pause.ts", "pause", "oci-archive.ts", "layer.ts"]),
    reference: "registry.k8s.io/pause:3.10",
    config: { user: "65535:65535", env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" }, entrypoint: ["/pause"] },
    lower: [],
    fill: async (root) => {
      await ensureTools("gcc");
      await run("gcc", ["-static", "-Os", "-s", "-o", join(root, "pause"), join(import.meta.dirname, "pause", "pause.c")]);
    },
  });
}
