/** All images of the local cluster. */
import { busyboxImage } from "./busybox.ts";
import { hiveImage } from "./hive.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { pauseImage } from "./pause.ts";
import { postgresImage } from "./postgres.ts";
import { trino476Image } from "./trino-476.ts";
import { trino483Image } from "./trino-483.ts";

export type { ImageArchive } from "./oci-archive.ts";

/** The images that every cluster has, by their short names. */
const IMAGES: Readonly<Record<string, () => Promise<ImageArchive>>> = {
  trino: trino476Image,
  postgres: postgresImage,
  hive: hiveImage,
  busybox: busyboxImage,
  pause: pauseImage,
};

/** Images that few need, built only when they are named. */
const MORE_IMAGES: typeof IMAGES = {
  "trino-483": trino483Image,
};

/** Builds the images that the cache lacks of those named, by default of those that every cluster has, and returns them; throws when one cannot be built. */
export async function ensureImages(names: readonly string[] = Object.keys(IMAGES)): Promise<readonly ImageArchive[]> {
  const images = { ...IMAGES, ...MORE_IMAGES };
  return Promise.all(
    names.map((name) => {
      const build = Object.hasOwn(images, name) ? images[name] : undefined;
      if (!build) throw new Error(`There is no image named ${name}; there are: ${Object.keys(images).join(", ")}`);
      return build();
    }),
  );
}
