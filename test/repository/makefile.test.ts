import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const repository = join(import.meta.dirname, "../..");
const makefile = readFileSync(join(repository, "Makefile"), "utf8");
const targets = [...makefile.matchAll(/^\.PHONY: (\S+)$/gm)].map(([, target]) => target as string);
const help = execFileSync("make", ["help"], { cwd: repository, encoding: "utf8" });

/** What users of operator-sdk look for, and what this repository adds. */
const EXPECTED =
  "generate manifests install uninstall run deploy undeploy docker-build docker-push test test-long demo cluster-up cluster-down cluster-status bench check e2e";

test.each(EXPECTED.split(" "))("there is make %s", (target) => {
  expect(targets).toContain(target);
});

test.each(targets)("make help explains %s", (target) => {
  expect(help).toMatch(new RegExp(`^  ${target} +\\S`, "m"));
});
