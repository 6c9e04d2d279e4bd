/** The programs of the machine that builds images; the Debian packages of the missing ones are installed. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { run, step } from "../progress.ts";

const PACKAGE_OF = {
  gcc: "gcc",
  javac: "openjdk-17-jdk-headless",
  mmdebstrap: "mmdebstrap",
  mvn: "maven",
  unzip: "unzip",
} as const;

/** A program that {@link ensureTools} can provide. */
export type Tool = keyof typeof PACKAGE_OF;

let installing: Promise<void> = Promise.resolve();

/** Makes sure that the programs are on the PATH, installing their packages with apt-get; throws when apt-get fails. */
export async function ensureTools(...tools: readonly Tool[]): Promise<void> {
  // One at a time: apt-get holds a lock.
  installing = installing.catch(() => undefined).then(() => install(tools));
  return installing;
}

async function install(tools: readonly Tool[]): Promise<void> {
  const packages = tools.filter((tool) => !isOnPath(tool)).map((tool) => PACKAGE_OF[tool]);
  if (packages.length === 0) return;
  await step(`install ${packages.join(", ")}`, async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "--yes", "--no-install-recommends", ...packages], { env });
  });
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
