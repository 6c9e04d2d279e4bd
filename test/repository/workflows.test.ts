import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { expect, test } from "vitest";

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<
    Record<
      string,
      { readonly "timeout-minutes"?: number; readonly steps: readonly { uses?: string; run?: string; with?: Record<string, string> }[] }
    >
  >;
}

const folder = join(import.meta.dirname, "../../.github/workflows");
const workflows = readdirSync(folder).map((name) => ({ name, workflow: load(readFileSync(join(folder, name), "utf8")) as Workflow }));

test.each(workflows)("$name begins with the right to read, and every job ends in time", ({ workflow }) => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  expect(Object.values(workflow.jobs).map((job) => job["timeout-minutes"])).not.toContain(undefined);
});

test.each(workflows)("$name names a version of every action", ({ workflow }) => {
  const actions = Object.values(workflow.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(actions.filter((action) => !/@v\d+/.test(action))).toEqual([]);
});

const release = workflows.find(({ name }) => name === "release.yaml")?.workflow.jobs["release"]?.steps ?? [];
const commands = release.flatMap(({ run }) => run ?? []).join("\n");

test("a release has images for amd64 and arm64 with an SBOM", () => {
  const build = release.find(({ uses }) => uses?.startsWith("docker/build-push-action"));
  expect(build?.with).toMatchObject({ platforms: "linux/amd64,linux/arm64", sbom: true });
});

test.each(["cosign sign", "cosign attest", "hack/deploy.sh render", "gh release create"])("a release does: %s", (command) => {
  expect(commands).toContain(command);
});
