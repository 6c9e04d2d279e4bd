/** Layers that several images share, kept in the cache together with their digest. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { type Layer, packLayer } from "./layer.ts";

const inWork = new Map<string, Promise<Layer>>();

/** A layer that is made once: `fill` gets an empty directory, which it may use, and returns the root of the tree to pack. */
export interface LayerRecipe {
  readonly name: string;
  readonly key: string;
  readonly leaveOut?: readonly string[];
  readonly fill: (directory: string) => Promise<string>;
}

/** Returns the layer from the cache, and makes it when it is not there. Two images may ask for it at the same time. */
export async function cachedLayer(recipe: LayerRecipe): Promise<Layer> {
  const id = `${recipe.name}/${recipe.key}`;
  const running = inWork.get(id);
  if (running) return running;
  const layer = makeLayer(recipe).finally(() => inWork.delete(id));
  inWork.set(id, layer);
  return layer;
}

async function makeLayer(recipe: LayerRecipe): Promise<Layer> {
  const entry = await cached(`layer-${recipe.name}`, recipe.key, async (directory) => {
    const root = await recipe.fill(directory);
    const { digest, size } = await packLayer(root, join(directory, "layer.tar"), recipe.leaveOut);
    for (const entry of await readdir(directory)) {
      if (entry !== "layer.tar") await rm(join(directory, entry), { recursive: true });
    }
    await writeFile(join(directory, "layer.json"), JSON.stringify({ digest, size }));
  });
  const { digest, size } = JSON.parse(await readFile(join(entry, "layer.json"), "utf8")) as Omit<Layer, "path">;
  return { path: join(entry, "layer.tar"), digest, size };
}
