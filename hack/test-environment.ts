/** What tests, benchmark and demo need: a cluster, and the operator of this checkout running in it. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { buildOperatorImage } from "../local-cluster/images/operator.ts";
import { step } from "../local-cluster/progress.ts";
import { kubectl } from "../test/e2e/harness/kubectl.ts";
import { OPERATOR_NAMESPACE, operatorDeployment, operatorPods } from "../test/e2e/harness/operator.ts";
import { isLocalCluster, kubeconfig } from "../test/e2e/harness/target.ts";

const REPOSITORY = join(import.meta.dirname, "..");
const BUNDLE = join(REPOSITORY, "dist");
const ENTRY = join(BUNDLE, "operator.js");
const REFERENCE = "docker.io/trino-operator/trino-operator";

/**
 * Makes sure of the cluster and of the operator in it.
 * With a KUBECONFIG of another cluster the image cannot be loaded: IMG names one that its nodes can pull, or the operator is there already.
 */
export async function prepareEnvironment(): Promise<void> {
  const image = isLocalCluster() ? await localImage() : process.env["IMG"];
  if (image === undefined) return requireOperator();
  await step(`make deploy IMG=${image}`, () => program("make", ["deploy", `IMG=${image}`], "quiet"));
  await step("the operator is ready", awaitRollout);
}

/** Brings the local cluster up and the operator's image into it; returns the image's reference, which names its content. */
async function localImage(): Promise<string> {
  await program(process.execPath, [join(REPOSITORY, "local-cluster", "main.ts"), "up"]);
  await step("bundle the operator", () => program(process.execPath, [join(REPOSITORY, "hack", "build.ts")], "quiet"));
  const reference = `${REFERENCE}:${await contentHash(BUNDLE)}`;
  const { path } = await buildOperatorImage({ bundle: ENTRY, reference });
  await program(process.execPath, [join(REPOSITORY, "local-cluster", "main.ts"), "load", path]);
  return reference;
}

async function contentHash(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())) {
    const path = join(file.parentPath, file.name);
    hash
      .update(path.slice(folder.length))
      .update("\0")
      .update(await readFile(path))
      .update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}

async function awaitRollout(): Promise<void> {
  await kubectl(["rollout", "status", `deployment/${await operatorDeployment()}`, `--namespace=${OPERATOR_NAMESPACE}`, "--timeout=300s"], {
    timeoutMs: 310_000,
  });
}

async function requireOperator(): Promise<void> {
  if ((await operatorPods().catch(() => [])).length > 0) return;
  throw new Error(`The cluster of ${kubeconfig()} has no running operator. Push an image that its nodes can pull and set IMG to it.`);
}

/** Runs a program of this checkout; its output is shown, or only when it fails. */
function program(command: string, args: readonly string[], output: "shown" | "quiet" = "shown"): Promise<void> {
  const path = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
  const env = { ...process.env, PATH: path, KUBECONFIG: kubeconfig() };
  const child = spawn(command, args, {
    cwd: REPOSITORY,
    env,
    stdio: ["ignore", output === "shown" ? 2 : "pipe", output === "shown" ? 2 : "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(" ")} ended with ${code}:\n${said}`)),
    );
  });
}
