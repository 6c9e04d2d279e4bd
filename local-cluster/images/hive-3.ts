/** The image `docker.io/apache/hive:3.1.3` as a metastore: the one that Trino below 480 gets, and the one to upgrade from. */
import { chown, copyFile, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { run } from "../progress.ts";
import { debianBase, debianPackages } from "./debian.ts";
import { cachedImage } from "./image-cache.ts";
import { type Coordinates, mavenFiles } from "./maven.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";
import { addUser } from "./users.ts";

const VERSION = "3.1.3";
const HADOOP = "3.3.6";
const UID = 1000;

const METASTORE: Coordinates = `org.apache.hive:hive-standalone-metastore:${VERSION}:tar.gz:bin`;

/** Where the files go below /opt. What the standalone metastore leaves to Hadoop is in its common/lib. */
const JARS: Readonly<Record<string, readonly Coordinates[]>> = {
  "hadoop/share/hadoop/common": [`org.apache.hadoop:hadoop-client-api:${HADOOP}`, `org.apache.hadoop:hadoop-client-runtime:${HADOOP}`],
  "hadoop/share/hadoop/common/lib": [
    "commons-cli:commons-cli:1.5.0",
    "commons-logging:commons-logging:1.2",
    "org.slf4j:slf4j-api:1.7.36",
    "commons-io:commons-io:2.11.0",
    "commons-collections:commons-collections:3.2.2",
    "javax.servlet:javax.servlet-api:3.1.0",
    "org.apache.httpcomponents:httpclient:4.5.13",
    "com.google.code.gson:gson:2.8.9",
  ],
  "hadoop/share/hadoop/hdfs": [`org.apache.hadoop:hadoop-hdfs:${HADOOP}`],
  "hadoop/share/hadoop/tools/lib": [`org.apache.hadoop:hadoop-aws:${HADOOP}`, "com.amazonaws:aws-java-sdk-bundle:1.12.367"],
};

/** The schema tool's class, where it is in Hive 4 and where it is here. */
const SCHEMA_TOOL = { in4: "metastore.tools.schematool.MetastoreSchemaTool", here: "metastore.tools.MetastoreSchemaTool" } as const;

/** Builds the image unless the cache has it. */
export async function hive3Image(): Promise<ImageArchive> {
  const lower = await Promise.all([
    debianBase(),
    // Made for Java 8, which Debian has no more; the metastore was seen to run on 17.
    debianPackages({ name: "java17", packages: ["openjdk-17-jre-headless", "procps"], alsoFrom: ["bookworm"] }),
  ]);
  return cachedImage({
    name: "hive-3",
    key: await recipeKey(["hive-3.ts", "hive", "users.ts", "oci-archive.ts", "layer.ts"], ...lower.map((layer) => layer.digest)),
    reference: `docker.io/apache/hive:${VERSION}`,
    config: {
      user: `${UID}`,
      env: {
        PATH: "/opt/hive/bin:/opt/hadoop/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        LANG: "C.UTF-8",
        JAVA_HOME: "/usr/lib/jvm/java-17-openjdk-amd64",
        HADOOP_HOME: "/opt/hadoop",
        HIVE_HOME: "/opt/hive",
        HIVE_VER: VERSION,
      },
      entrypoint: ["sh", "-c", "/entrypoint.sh"],
      workingDir: "/opt/hive",
      ports: ["9083/tcp"],
    },
    lower,
    fill,
  });
}

async function fill(root: string): Promise<void> {
  const files = await mavenFiles(`Hive ${VERSION} and Hadoop ${HADOOP}`, [METASTORE, ...Object.values(JARS).flat()]);
  const hive = join(root, "opt/hive");
  await unpackMetastore(hive, files[0] ?? "");
  await cp(join(import.meta.dirname, "hive", "rootfs"), root, { recursive: true });
  await renameSchemaTool(join(hive, "bin/hive"));
  const folders = Object.entries(JARS).flatMap(([folder, jars]) => jars.map(() => folder));
  for (const folder of Object.keys(JARS)) await mkdir(join(root, "opt", folder), { recursive: true });
  for (const [index, file] of files.slice(1).entries()) await copyFile(file, join(root, "opt", folders[index] ?? "", basename(file)));
  await addUser(root, { name: "hive", uid: UID, home: "/home/hive", shell: "/bin/bash" });
  for (const folder of ["hive", "hadoop", "hive/conf"]) await chown(join(root, "opt", folder), UID, UID);
}

/** Keeps the libraries and the schema scripts. */
async function unpackMetastore(hive: string, archive: string): Promise<void> {
  const unpacked = `${hive}.unpacked`;
  await mkdir(hive, { recursive: true });
  await mkdir(unpacked);
  await run("tar", ["--extract", `--file=${archive}`, `--directory=${unpacked}`, "--strip-components=1", "--no-same-owner"]);
  for (const folder of ["lib", "scripts"]) await rename(join(unpacked, folder), join(hive, folder));
  await rm(unpacked, { recursive: true });
}

async function renameSchemaTool(program: string): Promise<void> {
  const text = await readFile(program, "utf8");
  const renamed = text.replace(SCHEMA_TOOL.in4, SCHEMA_TOOL.here);
  if (renamed === text) throw new Error(`${program} does not name ${SCHEMA_TOOL.in4}`);
  await writeFile(program, renamed);
}
