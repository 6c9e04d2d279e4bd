/** `node local-cluster/images/main.ts [name…]`: builds the images (all when none is named) and lists their archives. */
import { stat } from "node:fs/promises";
import { step } from "../progress.ts";
import { ensureImages } from "./images.ts";

const names = process.argv.slice(2);
const images = await step("container images", () => (names.length > 0 ? ensureImages(names) : ensureImages()));
for (const { reference, path } of images) {
  const { size } = await stat(path);
  process.stdout.write(`${reference}  ${(size / 1e6).toFixed(0)} MB  ${path}\n`);
}
