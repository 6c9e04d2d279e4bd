import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const file = join(import.meta.dirname, "../../package-lock.json");
const { packages } = JSON.parse(readFileSync(file, "utf8")) as {
  packages: Record<string, { optionalDependencies?: object; resolved?: string }>;
};
const present = new Set(Object.keys(packages).map((key) => key.slice(key.lastIndexOf("node_modules/") + "node_modules/".length)));

test("package-lock.json has the packages of every platform, else npm ci refuses it (hack/complete-lockfile.ts adds them)", () => {
  const wanted = Object.values(packages).flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}));
  expect(wanted.filter((name) => !present.has(name))).toEqual([]);
});

test("package-lock.json names no registry", () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
