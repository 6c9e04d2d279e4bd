/** Image layers: uncompressed tar files of a directory tree, without what no container needs. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { run } from "../progress.ts";

/** One layer: its tar file, `sha256:…` of that file, and its length in bytes. */
export interface Layer {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * What is left out of every layer: state of the package manager, documentation, and programs that the images which
 * ours stand in for do not have either (Perl and openssl are needed while packages are installed, not afterwards).
 */
const LEFT_OUT = [
  "./dev/*",
  "./proc/*",
  "./sys/*",
  "./tmp/*",
  "./run/lock",
  "./run/mount",
  "./etc/apt",
  "./etc/hostname",
  "./etc/resolv.conf",
  "./etc/machine-id",
  "./var/lib/apt",
  "./var/cache/*",
  "./var/log/*",
  "./var/lib/dpkg/info",
  "./var/lib/dpkg/*-old",
  "./var/lib/ucf",
  "./usr/share/doc/*",
  "./usr/share/man/*",
  "./usr/share/info",
  "./usr/share/locale",
  "./usr/share/lintian",
  "./usr/share/bug",
  "./usr/share/bash-completion",
  "./usr/share/icons",
  "./usr/share/applications",
  "./usr/share/perl*",
  "./usr/bin/perl*",
  "./usr/lib/*-linux-gnu/perl*",
  "./usr/bin/openssl",
  // The second is for heaps above 32 GB.
  "./usr/lib/jvm/*/lib/ct.sym",
  "./usr/lib/jvm/*/lib/server/classes_nocoops*.jsa",
] as const;

/** Packs the tree below `root` into the new file `path`, without the tar patterns in `leaveOut` (such as `./usr/games`). */
export async function packLayer(root: string, path: string, leaveOut: readonly string[] = []): Promise<Layer> {
  const excludes = [...LEFT_OUT, ...leaveOut].map((pattern) => `--exclude=${pattern}`);
  await run("tar", [
    "--create",
    `--file=${path}`,
    `--directory=${root}`,
    "--numeric-owner",
    "--sort=name",
    "--anchored",
    "--wildcards",
    "--no-wildcards-match-slash",
    ...excludes,
    ".",
  ]);
  return describeLayer(path);
}

/** Measures an existing layer file. */
export async function describeLayer(path: string): Promise<Layer> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return { path, digest: `sha256:${hash.digest("hex")}`, size: (await stat(path)).size };
}
