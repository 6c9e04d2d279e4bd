/** Users of an image, added to those of the Debian base. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";

/** A user with a group of the same name and number, and a home directory of its own. */
export interface ImageUser {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
}

/** The accounts that Debian numbers statically and that files of the base belong to. */
const BASE_USERS = [
  "root:x:0:0:root:/root:/bin/bash",
  "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
  "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
];
const BASE_GROUPS = [
  "root:x:0:",
  "daemon:x:1:",
  "tty:x:5:",
  "disk:x:6:",
  "adm:x:4:",
  "mail:x:8:",
  "shadow:x:42:",
  "utmp:x:43:",
  "staff:x:50:",
  "nogroup:x:65534:",
];

/** Writes /etc/passwd and /etc/group with the user below `root`, and makes its home directory. */
export async function addUser(root: string, user: ImageUser): Promise<void> {
  const { name, uid, home, shell } = user;
  await mkdir(join(root, "etc"), { recursive: true });
  await writeFile(join(root, "etc/passwd"), lines([...BASE_USERS, `${name}:x:${uid}:${uid}::${home}:${shell}`]));
  await writeFile(join(root, "etc/group"), lines([...BASE_GROUPS, `${name}:x:${uid}:`]));
  await run("install", ["-d", `--owner=${uid}`, `--group=${uid}`, join(root, home)]);
}

function lines(entries: readonly string[]): string {
  return `${entries.join("\n")}\n`;
}
