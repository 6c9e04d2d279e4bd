/** All images of the local cluster. */
import { busyboxImage } from "./busybox.ts";
import { hiveImage } from "./hive.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { pauseImage } from "./pause.ts";
import { postgresImage } from "./postgres.ts";
import { trino476Image } from "./trino-476.ts";

export type { ImageArchive } from "./oci-archive.ts";

/** The images by their short names. */
const IMAGES: Readonly<Record<string, () => Promise<ImageArchive>>> = {
  trino: trino476Image,
  postgres: postgresImage,
  hive: hiveImage,
  busybox: busyboxImage,
  pause: pauseImage,
};

/** Builds the images that the cache lacks, or only those named, and returns them; throws when one cannot be built. */
export async function ensureImages(names: readonly string[] = Object.keys(IMAGES)): Promise<readonly ImageArchive[]> {
  return Promise.all(
    names.map((name) => {
      const build = IMAGES[name];
      if (!build) throw new Error(`There is no image named ${name}; there are: ${Object.keys(IMAGES).join(", ")}`);
      return build();
    }),
  );
}
