/** The manifests of the README are complete: the operator would take them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderManifest } from "../../src/commands/render.ts";
import { ROOT } from "./markdown.ts";

const readme = await readFile(join(ROOT, "README.md"), "utf8");
const manifests = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "");

describe("the manifests of the README", () => {
  it("are there", () => expect(manifests.length).toBeGreaterThan(1));

  it.each(manifests)("can be rendered: %#", (manifest) => {
    expect(renderManifest(manifest, { explain: false })).toContain("kind: StatefulSet");
  });
});
