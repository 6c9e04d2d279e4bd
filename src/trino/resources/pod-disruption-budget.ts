/** What node drains may do to a component. Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/ */
import type { Cluster, Role } from "../cluster.ts";
import type { Manifest } from "../resources.ts";
import { type Component, labelsOf, ownedMetadata, selectorOf } from "./metadata.ts";

/** One pod at a time, or none; across all revisions of the component. */
export function podDisruptionBudget(cluster: Cluster, component: Component, disruption: Role["disruption"]): Manifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: ownedMetadata(cluster, { name: `${cluster.name}-${component}`, labels: labelsOf(cluster, component) }),
    spec: { maxUnavailable: disruption === "Protect" ? 0 : 1, selector: { matchLabels: selectorOf(cluster, component) } },
  };
}
