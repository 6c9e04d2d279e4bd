/** Build (pure): everything that a cluster consists of. The table of contents of all that we make. */
import type { Cluster } from "./cluster.ts";
import { coordinatorStatefulSet } from "./resources/coordinator.ts";
import { metastoreResources } from "./resources/metastore/metastore.ts";
import { podDisruptionBudget } from "./resources/pod-disruption-budget.ts";
import { revisionOf } from "./resources/revision.ts";
import { serviceAccount } from "./resources/service-account.ts";
import { clientService, discoveryService } from "./resources/services.ts";
import { workerDeployment } from "./resources/workers.ts";
import type { Resources } from "./resources.ts";

/** Renders a cluster. Equal clusters have equal resources, byte for byte. */
export function build(cluster: Cluster): Resources {
  return {
    base: [
      serviceAccount(cluster),
      clientService(cluster),
      discoveryService(cluster),
      podDisruptionBudget(cluster, "coordinator", cluster.coordinator.disruption),
      podDisruptionBudget(cluster, "worker", cluster.workers.disruption),
    ],
    coordinator: {
      revision: revisionOf(cluster, "coordinator"),
      statefulSet: (revision, replicas) => coordinatorStatefulSet(cluster, revision, replicas),
    },
    workers: {
      revision: revisionOf(cluster, "worker"),
      deployment: (revision, replicas) => workerDeployment(cluster, revision, replicas),
    },
    metastore: cluster.metastore?.kind === "managed" ? metastoreResources({ cluster, metastore: cluster.metastore }) : undefined,
  };
}
