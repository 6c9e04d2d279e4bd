/** A program that is built from a Go module of ours, once for each version of what it is made of. */
import { readdir, readFile, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { cached, cacheKey, cachePath } from "./cache.ts";
import { goCommand } from "./go-toolchain.ts";
import { run, step } from "./progress.ts";

/** A program to build. */
export interface GoProgram {
  /** The directory of go.mod and, where the program is ours, main.go. */
  readonly source: string;
  /** The module in go.mod whose version it has. */
  readonly module: string;
  /** Of the program, and of its place in the cache; the directory's own unless told. */
  readonly name?: string;
  /** The package to build, by default the directory's own. */
  readonly package?: string;
  readonly linkerFlags?: string;
  /** Further names of the program, by which it knows what to be. */
  readonly aliases?: readonly string[];
}

/** Builds the program unless it is there, and returns the cache entry that holds it. */
export async function buildGoProgram(program: GoProgram): Promise<string> {
  const { source, module, name = basename(source), linkerFlags = "", aliases = [] } = program;
  const version = await requiredVersion(source, module);
  const files = (await readdir(source)).sort();
  const contents = await Promise.all(files.map((file) => readFile(join(source, file), "utf8")));
  const key = `${version}-${cacheKey(...files, ...contents, linkerFlags)}`;
  const log = cachePath(name, `${key}.log`);
  return cached(name, key, (directory) =>
    step(`building ${module} ${version} (log: ${log})`, async () => {
      const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${linkerFlags}`.trim()];
      await run(await goCommand(), ["build", ...flags, "-o", join(directory, name), program.package ?? "."], {
        cwd: source,
        env: { CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" },
        log,
      });
      for (const alias of aliases) await symlink(name, join(directory, alias));
    }),
  );
}

/** The release of `module` that go.mod requires, such as `v1.34.4`: the only place that names it. */
export async function requiredVersion(source: string, module: string): Promise<string> {
  const lines = (await readFile(join(source, "go.mod"), "utf8")).split("\n");
  const words = lines.map((line) =>
    line
      .replace(/^require /, "")
      .trim()
      .split(" "),
  );
  const version = words.find(([path]) => path === module)?.[1];
  if (!version) throw new Error(`${join(source, "go.mod")} does not require ${module}`);
  return version;
}
