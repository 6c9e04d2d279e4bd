/** `make cluster-load IMG=…`: the operator of this checkout as an image in the local cluster, without Docker. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildOperatorImage } from "../local-cluster/images/operator.ts";

const repository = join(import.meta.dirname, "..");

/** The name under which the kubelet looks for an image: with its registry and tag. */
function fullReference(image: string): string {
  const [first = ""] = image.split("/");
  const hasRegistry = image.includes("/") && (/[.:]/.test(first) || first === "localhost");
  const named = hasRegistry ? image : `docker.io/${image}`;
  return /:[^/]+$/.test(named) ? named : `${named}:latest`;
}

function node(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: repository, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const [image] = process.argv.slice(2);
if (image === undefined) throw new Error("usage: node hack/cluster-load.ts IMAGE");
node("hack/build.ts");
const { path } = await buildOperatorImage({ bundle: join(repository, "dist/operator.js"), reference: fullReference(image) });
node("local-cluster/main.ts", "load", path);
console.log(`the local cluster has ${fullReference(image)}`);
