/** The image `docker.io/library/postgres:17`, from Debian's postgresql-17. */
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import { debianBase, debianPackages } from "./debian.ts";
import { cachedImage } from "./image-cache.ts";
import type { ImageArchive } from "./oci-archive.ts";
import { recipeKey } from "./recipe.ts";
import { addUser } from "./users.ts";

const UID = 999;
const DATA = "/var/lib/postgresql/data";

/** The packages make a cluster and a user of their own choice unless these exist already. */
const SETUP = [
  `echo "postgres:x:${UID}:${UID}::/var/lib/postgresql:/bin/bash" >> "$1/etc/passwd"`,
  `echo "postgres:x:${UID}:" >> "$1/etc/group"`,
  `mkdir -p "$1/etc/postgresql-common/createcluster.d"`,
  `echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.d/none.conf"`,
].join(" && ");

/** The just-in-time compiler with LLVM (150 MB, PostgreSQL runs without it), and the wrappers in Perl. */
const LEAVE_OUT = [
  "./usr/lib/postgresql/17/lib/bitcode",
  "./usr/lib/postgresql/17/lib/llvmjit*",
  "./usr/lib/llvm-*",
  "./usr/lib/*-linux-gnu/libLLVM*",
  "./usr/lib/*-linux-gnu/libz3.*",
  "./usr/bin/pg*",
  "./usr/bin/psql",
] as const;

/** Builds the image unless the cache has it. */
export async function postgresImage(): Promise<ImageArchive> {
  const lower = await Promise.all([
    debianBase(),
    debianPackages({ name: "postgresql17", packages: ["postgresql-17"], setup: SETUP, leaveOut: LEAVE_OUT }),
  ]);
  return cachedImage({
    name: "postgres",
    key: await recipeKey(["postgres.ts", "postgres", "users.ts", "oci-archive.ts", "layer.ts"], ...lower.map((layer) => layer.digest)),
    reference: "docker.io/library/postgres:17",
    config: {
      // As in the official image the container starts as root and the entry point gives that up.
      user: "",
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/17/bin",
        LANG: "C.UTF-8",
        PG_MAJOR: "17",
        PGDATA: DATA,
      },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["postgres"],
      ports: ["5432/tcp"],
      volumes: [DATA],
      stopSignal: "SIGINT",
    },
    lower,
    fill,
  });
}

async function fill(root: string): Promise<void> {
  await cp(join(import.meta.dirname, "postgres", "rootfs"), root, { recursive: true });
  await addUser(root, { name: "postgres", uid: UID, home: "/var/lib/postgresql", shell: "/bin/bash" });
  const owner = [`--owner=${UID}`, `--group=${UID}`];
  await run("install", ["-d", ...owner, "--mode=1777", join(root, DATA)]);
  await run("install", ["-d", ...owner, "--mode=3777", join(root, "run/postgresql")]);
  await run("install", ["-d", join(root, "docker-entrypoint-initdb.d")]);
  await symlink("usr/local/bin/docker-entrypoint.sh", join(root, "docker-entrypoint.sh"));
}
