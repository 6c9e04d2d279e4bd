/** Images in the cache: an archive whose lower layers are shared, and whose top layer is its own. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { step } from "../progress.ts";
import { type Layer, packLayer } from "./layer.ts";
import { type ImageArchive, type ImageConfig, writeArchive } from "./oci-archive.ts";

/** How an image is made: `fill` writes the tree of the top layer below the directory that it gets. */
export interface ImageRecipe {
  readonly name: string;
  readonly key: string;
  readonly reference: string;
  readonly config: ImageConfig;
  readonly lower: readonly Layer[];
  readonly fill: (root: string) => Promise<void>;
}

/** Returns the image from the cache, and makes it when it is not there. */
export async function cachedImage(recipe: ImageRecipe): Promise<ImageArchive> {
  const entry = await cached(`image-${recipe.name}`, recipe.key, (directory) =>
    step(`image ${recipe.reference}`, async () => {
      const root = join(directory, "root");
      await mkdir(root);
      await recipe.fill(root);
      const top = await packLayer(root, join(directory, "top.tar"));
      await rm(root, { recursive: true });
      await writeArchive(directory, { reference: recipe.reference, config: recipe.config, layers: [...recipe.lower, top] });
      await rm(top.path);
    }),
  );
  return { reference: recipe.reference, path: join(entry, "image.tar") };
}
