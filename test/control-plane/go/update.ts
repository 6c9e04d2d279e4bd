/**
 * `node test/control-plane/go/update.ts v1.30.14`: makes the Go module that builds that release's API server and controller manager,
 * in kubernetes-1.30 beside this file. For another patch release, and for another minor one.
 *
 * Kubernetes' own go.mod takes its staging modules from its own tree, and a module that requires it does not inherit that: here
 * each of them is replaced by the published one of the same release.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goCommand } from "../../../local-cluster/go-toolchain.ts";

const release = /^v1\.(?<minor>\d+)\.(?<patch>\d+)$/u.exec(process.argv[2] ?? "");
if (!release) throw new Error("which release of Kubernetes? Such as v1.30.14");
const [version, minor, patch] = release;
const staging = `v0.${minor}.${patch}`;
const directory = join(import.meta.dirname, `kubernetes-1.${minor}`);
const command = await goCommand();

/** Runs Go, and returns what it prints. */
function go(...args: readonly string[]): string {
  return execFileSync(command, args, {
    cwd: directory,
    env: { ...process.env, GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" },
    encoding: "utf8",
  });
}

// The same for every release; what differs is go.mod.
const main = readFileSync(join(import.meta.dirname, "kubernetes-1.30", "main.go"));
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });
const { GoMod } = JSON.parse(go("mod", "download", "-json", `k8s.io/kubernetes@${version}`)) as { GoMod: string };
const upstream = readFileSync(GoMod, "utf8");
const goLine = /^go (?<minor>1\.\d+)\S*$/mu.exec(upstream);
const staged = [...upstream.matchAll(/^\s*(?:replace )?(?<module>\S+) => \.\/staging\/src\/\S+$/gmu)].map(
  ({ groups }) => groups?.["module"],
);
const others = [...upstream.matchAll(/^\s*(?:replace )?\S+ => (?!\.\/staging\/)\S+.*$/gmu)].map(([line]) =>
  line.replace("replace ", "").trim(),
);
const cobra = /^\s*github\.com\/spf13\/cobra (?<version>\S+)/mu.exec(upstream)?.groups?.["version"];

writeFileSync(
  join(directory, "go.mod"),
  `module trino-operator.invalid/test/control-plane/kubernetes-1.${minor}

${goLine?.[0]}

// The behaviour of the release, whichever newer Go builds it.
godebug default=go${goLine?.groups?.["minor"]}

require (
	github.com/spf13/cobra ${cobra}
	k8s.io/component-base ${staging}
	k8s.io/kubernetes ${version}
)

// Kubernetes' go.mod takes its staging modules from its own tree; here they are the published ones of the release.
replace (
${[...staged.map((module) => `\t${module} => ${module} ${staging}`), ...others.map((line) => `\t${line}`)].join("\n")}
)
`,
);
writeFileSync(join(directory, "main.go"), main);
process.stdout.write(go("mod", "tidy"));
