/** A control plane of the benchmark's own, with the definition of TrinoCluster and the operator's own rights on it. */
import { readFile } from "node:fs/promises";
import { load } from "js-yaml";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import type { WatchClient } from "../../src/runtime/watch-types.ts";
import { type ControlPlane, startControlPlane } from "../../test/control-plane/control-plane.ts";
import { installOperator, OPERATOR_USER } from "../../test/control-plane/operator-process.ts";

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
    installOperator(controlPlane);
    return { controlPlane, client, kubeconfig, serviceAccount: await serviceAccountOf(kubeconfig), stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
