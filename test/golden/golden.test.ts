/**
 * Everything that is rendered, as files to be read in a review. `UPDATE_GOLDEN=1 vitest run --project golden` writes them anew.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderManifest } from "../../src/commands/render.ts";
import { CASES, manifestOf, VERSIONS, VERSIONS_WITH_MANIFESTS } from "./cases.ts";

describe.each(CASES)("%s", (name) => {
  it.each(VERSIONS)("has the known properties in Trino %d", (version) => {
    expectGolden(join(name, String(version), "properties.txt"), renderManifest(manifestOf(name, version), { explain: true }));
  });

  it.each(VERSIONS_WITH_MANIFESTS)("has the known manifests in Trino %d", (version) => {
    expectGolden(join(name, String(version), "manifests.yaml"), renderManifest(manifestOf(name, version), { explain: false }));
  });
});

function expectGolden(path: string, text: string): void {
  const file = join(import.meta.dirname, path);
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(
    existsSync(file) ? readFileSync(file, "utf8") : "",
    `${path} is out of date; look at the difference, then run with UPDATE_GOLDEN=1`,
  ).toBe(text);
}
