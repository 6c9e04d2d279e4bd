import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { describe, expect, onTestFinished, test } from "vitest";
import { LONG } from "../long.ts";
import { find, type Manifest } from "./manifests.ts";
import { actionlint, shellcheck } from "./programs.ts";

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<Record<string, { readonly "timeout-minutes"?: number; readonly steps: readonly Step[] }>>;
}

const repository = join(import.meta.dirname, "../..");
const folder = join(repository, ".github/workflows");
const workflows = readdirSync(folder).map((name) => ({ name, workflow: load(readFileSync(join(folder, name), "utf8")) as Workflow }));

test.each(workflows)("$name begins with the right to read, and every job ends in time", ({ workflow }) => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  expect(Object.values(workflow.jobs).map((job) => job["timeout-minutes"])).not.toContain(undefined);
});

test.each(workflows)("$name names a version of every action", ({ workflow }) => {
  const actions = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(actions.filter((action) => !/@v\d+/.test(action))).toEqual([]);
});

const makefile = readFileSync(join(repository, "Makefile"), "utf8");
const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as { scripts: Readonly<Record<string, string>> };

test.each(workflows)("$name calls targets of make and scripts of npm that there are", ({ workflow }) => {
  const commands = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run?.split("\n") ?? []));
  const targets = commands.flatMap((line) => /^make ([a-z0-9-]+)/.exec(line.trim())?.[1] ?? []);
  expect(targets.filter((target) => !makefile.includes(`\n.PHONY: ${target}\n`))).toEqual([]);
  const called = commands.flatMap((line) => /^npm run ([\w-]+)/.exec(line.trim())?.[1] ?? []);
  expect(called.filter((script) => !Object.hasOwn(scripts, script))).toEqual([]);
});

describe.skipIf(!LONG)("the long form", { timeout: 600_000 }, () => {
  test("actionlint finds nothing in the workflows", async () => {
    const ci = readFileSync(join(folder, "ci.yaml"), "utf8");
    const version = /actionlint@(v[\d.]+)/.exec(ci)?.[1] ?? "";
    const program = await actionlint(version);
    const { status, stdout } = spawnSync(program, ["-shellcheck", await shellcheck()], { cwd: repository, encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  test("shellcheck finds nothing in the scripts", async () => {
    const { status, stdout } = spawnSync(await shellcheck(), globSync("hack/*.sh", { cwd: repository }), {
      cwd: repository,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });
});

const release = workflows.find(({ name }) => name === "release.yaml")?.workflow.jobs["release"]?.steps ?? [];

test("a release has images for amd64 and arm64 with an SBOM", () => {
  const build = release.find(({ uses }) => uses?.startsWith("docker/build-push-action"));
  expect(build?.with).toMatchObject({ platforms: "linux/amd64,linux/arm64", sbom: true });
});

test.each(["cosign sign", "cosign attest", "gh release create"])("a release does: %s", (command) => {
  expect(release.flatMap(({ run }) => run ?? []).join("\n")).toContain(command);
});

/** Runs a step's script as GitHub does. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell */
function runStep(name: string, cwd: string, env: Readonly<Record<string, string>>): void {
  const script = release.find((step) => step.name === name)?.run;
  if (script === undefined) throw new Error(`release.yaml has no step "${name}" with a script`);
  execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], { cwd, env: { ...process.env, ...env } });
}

function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "release-"));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test("a release's version and image are made from the tag and the repository, whatever its capitals", () => {
  const cwd = temporaryFolder();
  const output = join(cwd, "output");
  runStep("Names without the v and in lower case", cwd, {
    GITHUB_REF_NAME: "v1.2.3",
    GITHUB_REPOSITORY: "Some-Org/Trino-Operator",
    GITHUB_OUTPUT: output,
  });
  expect(readFileSync(output, "utf8")).toBe("version=1.2.3\nimage=ghcr.io/some-org/trino-operator\n");
});

test("a release's files name the image by its digest, and their checksums are right", { timeout: 60_000 }, () => {
  const checkout = temporaryFolder();
  for (const part of ["config", "hack"]) cpSync(join(repository, part), join(checkout, part), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(checkout, "node_modules"));
  writeFileSync(join(checkout, "sbom.spdx.json"), "{}");
  const image = `ghcr.io/some-org/trino-operator@sha256:${"a".repeat(64)}`;
  runStep("Manifests with the image's digest", checkout, { REFERENCE: image });

  const files = join(checkout, "dist/release");
  expect(readdirSync(files).sort()).toEqual(["SHA256SUMS", "sbom.spdx.json", "trino-operator.yaml", "trinoclusters-crd.yaml"]);
  const manifests = loadAll(readFileSync(join(files, "trino-operator.yaml"), "utf8")) as unknown as readonly Manifest[];
  expect(find(manifests, "Deployment", "trino-operator").spec.template.spec.containers[0].image).toBe(image);
  const checked = execFileSync("sha256sum", ["--check", "SHA256SUMS"], { cwd: files, encoding: "utf8" });
  expect(checked.trim().split("\n").sort()).toEqual(["sbom.spdx.json: OK", "trino-operator.yaml: OK", "trinoclusters-crd.yaml: OK"]);
});
