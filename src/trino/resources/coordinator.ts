/** The coordinator's StatefulSet: at most one coordinator by construction. Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/ */
import type { Cluster } from "../cluster.ts";
import { REVISION_LABEL } from "../labels.ts";
import { coordinatorName, discoveryServiceName } from "../names.ts";
import type { Manifest, Revision } from "../resources.ts";
import { labelsOf, ownedMetadata, selectorOf } from "./metadata.ts";

/** OnDelete: a new template does nothing until the operator deletes the pod, or the pod dies anyway. */
export function coordinatorStatefulSet(cluster: Cluster, revision: Revision, replicas: 0 | 1): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: ownedMetadata(cluster, {
      name: coordinatorName(cluster),
      labels: { ...labelsOf(cluster, "coordinator"), [REVISION_LABEL]: revision.hash },
    }),
    spec: {
      replicas,
      serviceName: discoveryServiceName(cluster),
      selector: { matchLabels: selectorOf(cluster, "coordinator") },
      podManagementPolicy: "Parallel",
      updateStrategy: { type: "OnDelete" },
      revisionHistoryLimit: 2,
      template: revision.template,
    },
  };
}
