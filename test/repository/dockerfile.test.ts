import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { copiesFromContext, dockerfileStages, textsOf } from "./dockerfile.ts";

const repository = join(import.meta.dirname, "../..");
const stages = dockerfileStages();
const [build = [], runtime = []] = stages;

/** The lines of .dockerignore that let something in; the first line keeps everything out. */
const letIn = readFileSync(join(repository, ".dockerignore"), "utf8")
  .split("\n")
  .flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));

/** Runs a command of the Dockerfile as the build does: from the folder of its sources. */
function runInStage(command: string, folder: string): void {
  execFileSync("sh", ["-ec", command], { cwd: folder, env: { ...process.env, VERSION: "1.2.3-test" }, encoding: "utf8" });
}

describe("the Dockerfile", () => {
  it("has a stage that builds and one that runs", () => {
    expect(stages.map((stage) => textsOf(stage, "FROM"))).toEqual([
      ["--platform=$BUILDPLATFORM ${NODE_IMAGE} AS build"],
      ["${RUNTIME_IMAGE}"],
    ]);
  });

  it.each(stages.flatMap(copiesFromContext))("copies $source, which is there and which .dockerignore lets in", ({ source }) => {
    expect(existsSync(join(repository, source))).toBe(true);
    expect(letIn).toContain(source);
  });

  it("builds from what it copies and from the packages of the lock file alone", { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "docker-build-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const { source } of copiesFromContext(build)) cpSync(join(repository, source), join(folder, source), { recursive: true });
    const [install, ...commands] = textsOf(build, "RUN");
    expect(install).toMatch(/^npm ci /);
    symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
    for (const command of commands) runInStage(command, folder);
    expect(readdirSync(join(folder, "dist"))).toEqual(expect.arrayContaining(["operator.js", "package.json"]));
    const program = join(folder, "dist/operator.js");
    expect(execFileSync(process.execPath, [program, "--version"], { encoding: "utf8" }).trim()).toBe("1.2.3-test");
  });

  it("takes what the build made, and runs it as no root", () => {
    expect(textsOf(runtime, "COPY")).toContain("--from=build /source/dist /app");
    expect(textsOf(build, "WORKDIR")).toEqual(["/source"]);
    expect(JSON.parse(textsOf(runtime, "ENTRYPOINT")[0] ?? "[]")).toContain("/app/operator.js");
    expect(textsOf(runtime, "USER")).toEqual(["65532:65532"]);
  });
});
