/** Images in the running cluster that are built and imported when they are asked for. */
import { importImage } from "./image-store.ts";
import { ensureImages } from "./images/images.ts";
import { exclusively } from "./lock.ts";

/** The short names of the images, by version. */
const NAMES = { 476: "trino", 483: "trino-483" } as const;

/** A version of Trino whose image can be built here. */
export type AvailableTrino = keyof typeof NAMES;

/**
 * Makes sure that pods can use `docker.io/trinodb/trino:VERSION`: a second when the cluster has it, minutes when it must be built.
 * Throws when the cluster does not run, or the image cannot be built.
 */
export async function ensureTrinoImage(version: AvailableTrino): Promise<void> {
  await loadImages([NAMES[version]]);
}

/** Builds what the cache lacks of the images with these short names, and imports what the cluster lacks. */
export async function loadImages(names: readonly string[]): Promise<void> {
  await exclusively(async () => {
    for (const { path } of await ensureImages(names)) await importImage(path);
  });
}
