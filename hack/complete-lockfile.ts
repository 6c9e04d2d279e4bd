/**
 * Adds to package-lock.json what npm leaves out when a registry does not serve the packages of other platforms.
 * Without these entries `npm ci` refuses the lock file everywhere. Run it after `npm install`; it changes nothing when all is there.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Package {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  packages: Record<string, Package>;
}

const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

const path = join(import.meta.dirname, "../package-lock.json");
const lockfile = JSON.parse(readFileSync(path, "utf8")) as Lockfile;
const present = Object.keys(lockfile.packages).map((key) => key.slice(key.lastIndexOf("node_modules/")));
const missing = Object.values(lockfile.packages).flatMap(missingOf);
const all = [...Object.entries(lockfile.packages), ...missing].sort(([a], [b]) => (a < b ? -1 : 1));
if (missing.length > 0) writeFileSync(path, `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(all) }, null, 2)}\n`);
console.log(`package-lock.json: ${missing.length} packages of other platforms added`);

function missingOf({ optionalDependencies = {}, dev }: Package): [string, Package][] {
  return Object.entries(optionalDependencies)
    .filter(([name]) => !present.includes(`node_modules/${name}`))
    .map(([name, version]) => [`node_modules/${name}`, entry(name, { version, dev: dev ?? false })]);
}

/** Such a package is named for its platform: `@oxlint/binding-linux-arm-gnueabihf`, `@biomejs/cli-win32-x64`. */
function entry(name: string, { version, dev }: { version: string; dev: boolean }): Package {
  const words = (name.split("/").at(-1) ?? "").split("-");
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || !/^\d/.test(version))
    throw new Error(`${name}@${version} is missing from package-lock.json; install it where the registry has it`);
  return { version, cpu, ...(dev ? { dev } : {}), optional: true, os };
}
