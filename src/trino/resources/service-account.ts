/** The ServiceAccount of a cluster's pods. Source: https://kubernetes.io/docs/concepts/security/service-accounts/ */
import type { Cluster } from "../cluster.ts";
import type { Manifest } from "../resources.ts";
import { clusterLabels, ownedMetadata } from "./metadata.ts";

/** Its name is that of the cluster. */
export function serviceAccountName({ name }: Pick<Cluster, "name">): string {
  return name;
}

/** An account that may nothing, without a token in any pod: Trino does not speak to Kubernetes. */
export function serviceAccount(cluster: Cluster): Manifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: ownedMetadata(cluster, { name: serviceAccountName(cluster), labels: clusterLabels(cluster) }),
    automountServiceAccountToken: false,
  };
}
