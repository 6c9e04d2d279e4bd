/** What the documentation points to is there. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { anchors, argumentsOf, markdownFiles, ROOT, relativeLinks } from "./markdown.ts";

const files = await markdownFiles();
const fileAt = (path: string) => files.find((file) => file.path === path);

describe.each(files)("$path", (file) => {
  it("links to files that exist", () => {
    const targets = relativeLinks(file).map((link) => link.split("#")[0] ?? "");
    const missing = targets.filter((target) => target !== "" && !existsSync(join(ROOT, dirname(file.path), target)));
    expect(missing).toEqual([]);
  });

  it("links to headings that exist", () => {
    const missing = relativeLinks(file).filter((link) => {
      const [path = "", anchor = ""] = link.split("#");
      const target = path === "" ? file : fileAt(normalize(join(dirname(file.path), path)));
      return anchor !== "" && target !== undefined && !anchors(target).has(anchor);
    });
    expect(missing).toEqual([]);
  });

  it("names make targets that exist", async () => {
    const named = argumentsOf(file, "make").filter((word) => /^[a-z][a-z-]*$/.test(word));
    const targets = named.length > 0 ? await makeTargets() : new Set<string>();
    expect(named.filter((target) => !targets.has(target))).toEqual([]);
  });

  it("names npm scripts that exist", async () => {
    const { scripts = {} } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
      scripts?: Readonly<Record<string, string>>;
    };
    const runs = file.code.flatMap((line) => [...line.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? ""));
    expect(runs.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
  });
});

async function makeTargets(): Promise<ReadonlySet<string>> {
  const makefile = await readFile(join(ROOT, "Makefile"), "utf8");
  const rules = [...makefile.matchAll(/^([a-z][a-z -]*):(?!=)/gm)];
  return new Set(rules.flatMap((match) => (match[1] ?? "").trim().split(/\s+/)));
}
