/** A control plane of the benchmark's own, with the definition of TrinoCluster and the operator's own rights on it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { waitFor } from "../../local-cluster/wait.ts";
import { KINDS } from "../../src/controllers/kinds.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import type { WatchClient } from "../../src/runtime/watch-types.ts";
import { type ControlPlane, startControlPlane } from "../../test/control-plane/control-plane.ts";

const CONFIG = join(import.meta.dirname, "../../config");

/** Who the operator is: the service account that the ClusterRoleBinding names. */
export const OPERATOR_USER = "system:serviceaccount:trino-operator-system:trino-operator";

/** A control plane that operators can be measured on. */
export interface ScalePlane {
  readonly controlPlane: ControlPlane;
  /** As administrator. */
  readonly client: WatchClient;
  /** The path of the operator's kubeconfig. */
  readonly kubeconfig: string;
  /** The files that a pod of the operator would find mounted. */
  readonly serviceAccount: ServiceAccount;
  readonly stop: () => Promise<void>;
}

/** What the kubelet would mount. */
export interface ServiceAccount {
  readonly token: string;
  readonly "ca.crt": string;
  readonly namespace: string;
}

/** In the order in which they are applied. */
const MANIFESTS: readonly (readonly [file: string, type: ResourceType])[] = [
  [
    "crd/bases/trino.trino-operator.io_trinoclusters.yaml",
    { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false },
  ],
  ["rbac/role.yaml", { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", plural: "clusterroles", namespaced: false }],
  [
    "rbac/role_binding.yaml",
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding", plural: "clusterrolebindings", namespaced: false },
  ],
];

/** Starts one; the controllers of Kubernetes do not run yet. */
export async function startScalePlane(): Promise<ScalePlane> {
  const controlPlane = await startControlPlane({ users: { [OPERATOR_USER]: ["system:serviceaccounts", "system:authenticated"] } });
  const kubeconfig = await controlPlane.kubeconfigFor(OPERATOR_USER);
  const client = createClient(await loadConnection({ KUBECONFIG: controlPlane.kubeconfig }, systemClock));
  const stop = async (): Promise<void> => {
    client.close();
    await controlPlane.stop();
  };
  try {
    await install(client);
    return { controlPlane, client, kubeconfig, serviceAccount: await serviceAccountOf(kubeconfig), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function install(client: WatchClient): Promise<void> {
  await waitFor("the API server to have made its own roles", async () => {
    const { status, body } = await client.raw({ method: "GET", path: "/readyz?verbose" });
    if (status !== 200) throw new Error(body);
  });
  for (const [file, type] of MANIFESTS) {
    for (const object of loadAll(await readFile(join(CONFIG, file), "utf8")) as KubernetesObject[])
      await client.apply(type, object, { fieldManager: "benchmark", force: true });
  }
  await waitFor("the API server to serve TrinoClusters", () => client.list(KINDS.TrinoCluster));
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly "certificate-authority": string } }];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

async function serviceAccountOf(kubeconfig: string): Promise<ServiceAccount> {
  const { clusters, users } = load(await readFile(kubeconfig, "utf8")) as Kubeconfig;
  const authority = clusters[0].cluster["certificate-authority"];
  return { token: users[0].user.token, "ca.crt": await readFile(authority, "utf8"), namespace: "default" };
}
