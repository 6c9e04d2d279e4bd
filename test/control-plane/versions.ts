/** The versions of Kubernetes whose real API servers the contract is tried on. */
import { join } from "node:path";
import { buildKubernetes } from "../../local-cluster/programs.ts";

/** The version of the local cluster, which `make test` uses. */
const LOCAL_CLUSTER = "1.34";

/** The others, each built from a module of its own beside this file; etcd is the local cluster's. `make test-long` tries them. */
export const OTHER_VERSIONS: readonly string[] = ["1.30", "1.37"];

/** The paths of a control plane's programs. */
export type ControlPlanePrograms = Readonly<Record<"etcd" | "kube-apiserver" | "kube-controller-manager", string>>;

/** The programs of a version such as `1.30`; what the cache does not have is built, in about ten minutes. Throws for a version that is not in the list. */
export async function controlPlanePrograms(version: string = LOCAL_CLUSTER): Promise<ControlPlanePrograms> {
  const known = [LOCAL_CLUSTER, ...OTHER_VERSIONS];
  if (!known.includes(version)) throw new Error(`no module here builds Kubernetes ${version}; there are: ${known.join(", ")}`);
  const local = await buildKubernetes();
  const components = ["kube-apiserver", "kube-controller-manager"] as const;
  const source = join(import.meta.dirname, "go", `kubernetes-${version}`);
  const directory = version === LOCAL_CLUSTER ? local : await buildKubernetes({ source, components });
  const [apiServer, controllers] = components;
  return { etcd: join(local, "etcd"), [apiServer]: join(directory, apiServer), [controllers]: join(directory, controllers) };
}
