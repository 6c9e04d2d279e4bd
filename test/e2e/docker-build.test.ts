/** The image that `make docker-build` makes of the Dockerfile, and that it is the one which the local cluster makes without it. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildOperatorImage } from "../../local-cluster/images/operator.ts";
import { run } from "../../local-cluster/progress.ts";
import { LONG } from "../long.ts";
import { dockerfileStages, textsOf, variablesOf } from "../repository/dockerfile.ts";
import { type Buildah, newBuildah } from "./harness/buildah.ts";
import { operatorImage } from "./harness/deployed-operator.ts";
import { kubectl } from "./harness/kubectl.ts";
import { makeOrThrow, REPOSITORY } from "./harness/make.ts";
import { nodeImage } from "./harness/node-image.ts";
import { OPERATOR_NAMESPACE } from "./harness/operator.ts";
import { forceResync } from "./harness/resync.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster } from "./harness/target.ts";
import { podUids, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const IMAGE = "docker.io/trino-operator/trino-operator:dockerfile";

/** What a container of an image runs. https://github.com/opencontainers/image-spec/blob/main/config.md */
interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
}

/** The part that decides how the operator runs. */
function essence({ User, Env, Entrypoint, Cmd, WorkingDir }: ImageConfig): object {
  return { User, Entrypoint, Cmd, WorkingDir, Env: Env.filter((variable) => !variable.startsWith("PATH=")) };
}

async function localImage(): Promise<ImageConfig> {
  const { path } = await buildOperatorImage({ bundle: join(REPOSITORY, "dist/operator.js"), reference: IMAGE });
  const read = async <T>(file: string): Promise<T> => JSON.parse(await run("tar", ["-xOf", path, file])) as T;
  const blob = (digest: string): string => `blobs/${digest.replace(":", "/")}`;
  const index = await read<{ readonly manifests: readonly { readonly digest: string }[] }>("index.json");
  const manifest = await read<{ readonly config: { readonly digest: string } }>(blob(index.manifests[0]?.digest ?? ""));
  return (await read<{ readonly config: ImageConfig }>(blob(manifest.config.digest))).config;
}

describe.skipIf(!isLocalCluster())("the image of the local cluster", () => {
  it("runs what the Dockerfile's runs", async () => {
    const [, runtime = []] = dockerfileStages();
    const one = (keyword: string): string => textsOf(runtime, keyword)[0] ?? "";
    expect(essence(await localImage())).toEqual({
      User: one("USER"),
      Entrypoint: JSON.parse(one("ENTRYPOINT")),
      Cmd: JSON.parse(one("CMD")),
      WorkingDir: one("WORKDIR"),
      Env: variablesOf(runtime),
    });
  });
});

describe.skipIf(!LONG || !isLocalCluster())("make docker-build", () => {
  useSteps();
  const cluster = useSteadyCluster();
  let buildah: Buildah;
  let registry: string;
  let before: string;

  beforeAll(async () => {
    before = await operatorImage();
    registry = `localhost:${await freePort()}`;
    buildah = await newBuildah(registry);
  });
  afterAll(async () => {
    await makeOrThrow(["deploy", `IMG=${before}`]);
    await buildah.remove();
  });

  it("makes the image of the Dockerfile, on a base image of one's own", async () => {
    const base = await nodeImage();
    await buildah.call("pull", `oci-archive:${base.path}`);
    await makeOrThrow(["docker-build", "CONTAINER_TOOL=buildah", `NODE_IMAGE=${base.reference}`, `IMG=${IMAGE}`], buildah.environment);
    const { OCIv1 } = JSON.parse(await buildah.call("inspect", "--type=image", IMAGE)) as {
      readonly OCIv1: { readonly config: ImageConfig };
    };
    expect(essence(OCIv1.config)).toEqual(essence(await localImage()));
  });

  it("makes one that make docker-push brings to a registry", async () => {
    const stop = await startRegistry(registry, buildah.folder);
    try {
      const pushed = `${registry}/trino-operator:built`;
      await buildah.call("tag", IMAGE, pushed);
      await makeOrThrow(["docker-push", "CONTAINER_TOOL=buildah", `IMG=${pushed}`], buildah.environment);
      const answer = await fetch(`http://${registry}/v2/trino-operator/tags/list`);
      expect(await answer.json()).toEqual({ name: "trino-operator", tags: ["built"] });
    } finally {
      stop();
    }
  });

  it("makes one from which the operator runs in the cluster, and looks after what is there", async () => {
    const pods = await podUids(cluster);
    const archive = join(buildah.folder, "operator.tar");
    await buildah.call("push", IMAGE, `docker-archive:${archive}:${IMAGE}`);
    await run(process.execPath, [join(REPOSITORY, "local-cluster/main.ts"), "load", archive]);
    await makeOrThrow(["deploy", `IMG=${IMAGE}`]);
    const inside = (...args: readonly string[]): Promise<string> =>
      kubectl(["exec", "deployment/trino-operator", `--namespace=${OPERATOR_NAMESPACE}`, "--", "node", "/app/operator.js", ...args]);
    expect((await inside("--version")).trim()).toBe("0.1.0");
    expect(await inside("--help")).toContain("Usage: trino-operator");
    await forceResync(cluster, 1, "example.com/touched");
    await waitReady(cluster);
    expect(await podUids(cluster)).toEqual(pods);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A registry that keeps what it gets below `folder`. https://distribution.github.io/distribution/ */
async function startRegistry(address: string, folder: string): Promise<() => void> {
  // Taken out of its package, because its installation would start it as a service.
  await run("sh", ["-ec", "apt-get download docker-registry || { apt-get update && apt-get download docker-registry; }"], { cwd: folder });
  await run("sh", ["-ec", "dpkg-deb --extract docker-registry_*.deb ."], { cwd: folder });
  const config = {
    version: "0.1",
    log: { level: "error" },
    storage: { filesystem: { rootdirectory: join(folder, "registry") } },
    http: { addr: address },
  };
  const file = join(folder, "registry.json");
  await writeFile(file, JSON.stringify(config));
  const server: ChildProcess = spawn(join(folder, "usr/bin/docker-registry"), ["serve", file], { stdio: "ignore" });
  await waitFor("the registry to answer", async () => expect((await fetch(`http://${address}/v2/`)).ok).toBe(true));
  return () => void server.kill();
}
