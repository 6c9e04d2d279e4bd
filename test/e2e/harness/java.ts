/** A Java that runs Trino's CLI, which wants 11 or newer. */
import { run, step } from "../../../local-cluster/progress.ts";

const OLDEST = 11;

let java: Promise<string> | undefined;

/** The name of a Java program, whose package is installed when there is none. */
export function ensureJava(): Promise<string> {
  java ??= findOrInstall();
  return java;
}

async function findOrInstall(): Promise<string> {
  if ((await versionOf("java")) >= OLDEST) return "java";
  await step("install default-jre-headless", async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "--yes", "--no-install-recommends", "default-jre-headless"], { env });
  });
  return "java";
}

/** The major version; 0 when there is no such program. */
async function versionOf(program: string): Promise<number> {
  const text = await run(program, ["--version"]).catch(() => "");
  return Number(/^\S+ (\d+)/.exec(text)?.[1] ?? 0);
}
