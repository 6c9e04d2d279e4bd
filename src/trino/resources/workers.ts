/** The Deployment of the workers of one revision. Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/ */
import type { Cluster } from "../cluster.ts";
import { REVISION_LABEL } from "../labels.ts";
import { workerDeploymentName } from "../names.ts";
import type { Manifest, Revision } from "../resources.ts";
import { labelsOf, ownedMetadata, revisionSelector } from "./metadata.ts";

/** Its template never changes: another revision is another Deployment, and the operator scales between them. */
export function workerDeployment(cluster: Cluster, revision: Revision, replicas: number): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: ownedMetadata(cluster, {
      name: workerDeploymentName(cluster, revision.hash),
      labels: { ...labelsOf(cluster, "worker"), [REVISION_LABEL]: revision.hash },
    }),
    spec: {
      replicas,
      selector: { matchLabels: revisionSelector(cluster, revision.hash) },
      revisionHistoryLimit: 0,
      progressDeadlineSeconds: cluster.workers.rollout.progressDeadlineSeconds,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: revision.template,
    },
  };
}
