/** Files from Maven Central, brought by the machine's own Maven with the settings that it has. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachePath, cacheRoot } from "../cache.ts";
import { type RunOptions, run, step } from "../progress.ts";
import { ensureTools } from "./machine-tools.ts";

/** The coordinates of one file: `group:artifact:version[:type[:classifier]]`, type `jar` by default. */
export type Coordinates = `${string}:${string}:${string}`;

let queue: Promise<unknown> = Promise.resolve();

/** Returns the paths of the files in the order given, downloading the missing ones in parallel; throws when one does not exist. */
export async function mavenFiles(title: string, coordinates: readonly Coordinates[]): Promise<readonly string[]> {
  const paths = coordinates.map(pathOf);
  await inTurn(async () => {
    const missing = coordinates.filter((_, index) => !existsSync(paths[index] ?? ""));
    if (missing.length > 0) await step(`download ${title}`, () => download(missing));
  });
  return paths;
}

/** Copies jars to where the project says, below `home`, with all that they need at run time; downloads the missing ones in parallel. */
export async function copyMavenJars(title: string, pom: string, home: string): Promise<void> {
  await inTurn(() =>
    step(`download and copy the jars of ${title}`, () => maven(["--file", pom, `-Dhome=${home}`, "dependency:copy-dependencies"])),
  );
}

/** Maven does not lock its repository, so one Maven runs at a time; it downloads several files at once by itself. */
async function inTurn(work: () => Promise<unknown>): Promise<void> {
  const result = queue.catch(() => undefined).then(work);
  queue = result;
  await result;
}

async function maven(args: readonly string[], options: RunOptions = {}): Promise<void> {
  await ensureTools("mvn");
  await run("mvn", ["--batch-mode", "--quiet", `-Dmaven.repo.local=${repository()}`, ...args], options);
}

function repository(): string {
  return cachePath("maven", "repository");
}

function parts(coordinates: Coordinates): { group: string; artifact: string; version: string; type: string; classifier: string } {
  const [group = "", artifact = "", version = "", type = "jar", classifier = ""] = coordinates.split(":");
  return { group, artifact, version, type, classifier };
}

function pathOf(coordinates: Coordinates): string {
  const { group, artifact, version, type, classifier } = parts(coordinates);
  const file = `${artifact}-${version}${classifier && `-${classifier}`}.${type}`;
  return join(repository(), ...group.split("."), artifact, version, file);
}

async function download(coordinates: readonly Coordinates[]): Promise<void> {
  await mkdir(cacheRoot(), { recursive: true });
  const project = await mkdtemp(join(cacheRoot(), ".maven-"));
  try {
    await writeFile(join(project, "pom.xml"), projectOf(coordinates));
    await maven(["dependency:resolve"], { cwd: project });
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** A project whose dependencies are the wanted files, each without the dependencies of its own. */
function projectOf(coordinates: readonly Coordinates[]): string {
  const dependencies = coordinates.map((each) => {
    const { group, artifact, version, type, classifier } = parts(each);
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
      <type>${type}</type>${classifier && `<classifier>${classifier}</classifier>`}
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
    <groupId>local</groupId><artifactId>files</artifactId><version>1</version><packaging>pom</packaging>
    <dependencies>${dependencies.join("\n")}</dependencies></project>`;
}
