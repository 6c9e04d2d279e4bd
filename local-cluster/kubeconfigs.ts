/** Kubeconfig files: the administrator's, and one for each component that is a client of the API server. */
import { readFile, writeFile } from "node:fs/promises";
import { API_URL } from "./addresses.ts";
import { kubeconfigPath, pkiPath, statePath } from "./paths.ts";

const COMPONENTS = ["kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "coredns", "local-path-provisioner"] as const;

/** The kubeconfig of a component. */
export const componentKubeconfig = (component: (typeof COMPONENTS)[number]): string => statePath("kubeconfigs", component);

/** Writes all kubeconfigs, with the certificates inside, so that a copy of a file works wherever it goes. */
export async function writeKubeconfigs(): Promise<void> {
  await writeKubeconfig(kubeconfigPath(), "admin");
  for (const component of COMPONENTS) await writeKubeconfig(componentKubeconfig(component), component);
}

async function writeKubeconfig(path: string, client: string): Promise<void> {
  const data = async (file: string): Promise<string> => (await readFile(pkiPath(file))).toString("base64");
  const name = "trino-operator-local";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: API_URL, "certificate-authority-data": await data("ca.crt") } }],
    users: [
      {
        name: client,
        user: {
          "client-certificate-data": await data(`${client}.crt`),
          "client-key-data": await data(`${client}.key`),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: client, namespace: "default" } }],
    "current-context": name,
  };
  // JSON is YAML too, and every reader of kubeconfigs takes it.
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}
