/** Finds the API server by the environment. */
import type { Clock } from "./clock.ts";
import type { Connection, Environment } from "./connection.ts";
import { loadInCluster } from "./in-cluster.ts";

/**
 * Inside a pod its service account; outside `KUBECONFIG` or `~/.kube/config`. Throws when there is neither.
 * `SERVICE_ACCOUNT_DIRECTORY` names the place of token, CA and namespace where it is not the usual one.
 */
export async function loadConnection(environment: Environment, clock: Clock): Promise<Connection> {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, SERVICE_ACCOUNT_DIRECTORY: folder } = environment;
  if (KUBECONFIG === undefined && KUBERNETES_SERVICE_HOST !== undefined)
    return loadInCluster(environment, { clock, ...(folder === undefined ? {} : { folder }) });
  // Imported only here: the library costs 85 MB of memory and a quarter of a second, which a pod never pays.
  const { loadKubeconfig } = await import("./kubeconfig.ts");
  return loadKubeconfig(environment, clock);
}
