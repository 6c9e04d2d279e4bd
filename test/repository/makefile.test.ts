import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { goCommand } from "../../local-cluster/go-toolchain.ts";
import { LONG } from "../long.ts";

const repository = join(import.meta.dirname, "../..");
const makefile = readFileSync(join(repository, "Makefile"), "utf8");
const targets = [...makefile.matchAll(/^\.PHONY: (\S+)$/gm)].map(([, target]) => target as string);
const help = execFileSync("make", ["help"], { cwd: repository, encoding: "utf8" });

/** What users of operator-sdk look for, and what this repository adds. */
const EXPECTED =
  "generate manifests install uninstall run deploy undeploy docker-build docker-push check-crd contract cluster-load test test-long demo cluster-up cluster-down cluster-status bench check e2e";

test.each(EXPECTED.split(" "))("there is make %s", (target) => {
  expect(targets).toContain(target);
});

test.each(targets)("make help explains %s", (target) => {
  expect(help).toMatch(new RegExp(`^  ${target} +\\S`, "m"));
});

test.skipIf(!LONG)("make check-crd: Kubernetes 1.25 takes the CRD", { timeout: 600_000 }, async () => {
  const env = { ...process.env, PATH: [dirname(await goCommand()), process.env["PATH"]].join(delimiter) };
  expect(execFileSync("make", ["check-crd"], { cwd: repository, encoding: "utf8", env })).toContain("Kubernetes 1.25 takes");
});

test("make docker-build has both base images from NODE_IMAGE, unless RUNTIME_IMAGE says otherwise", () => {
  const commandOf = (...variables: readonly string[]): string =>
    execFileSync("make", ["--dry-run", "docker-build", "CONTAINER_TOOL=docker", "IMG=i", ...variables], {
      cwd: repository,
      encoding: "utf8",
    });
  expect(commandOf("NODE_IMAGE=a").trim()).toBe("docker build --build-arg NODE_IMAGE=a --build-arg RUNTIME_IMAGE=a --tag i .");
  expect(commandOf("NODE_IMAGE=a", "RUNTIME_IMAGE=b")).toContain("--build-arg NODE_IMAGE=a --build-arg RUNTIME_IMAGE=b");
});
