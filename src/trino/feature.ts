/** A feature of Trino as this operator knows it: a name, a layer, and what it adds to the pods of a role. */
import type { Cluster, RoleName } from "./cluster.ts";
import type { Contribution, Layer } from "./contribution.ts";

/** One row of the table of features. */
export interface Feature {
  /** Kebab-case; it is what `render --explain` prints. */
  readonly name: string;
  readonly layer: Layer;
  /** Pure; returns the empty object where the feature does not concern the role. */
  readonly contribute: (cluster: Cluster, role: RoleName) => Contribution;
}

/** The path of a role in the manifest, e.g. `spec.workers`. */
export function roleField(role: RoleName): "spec.coordinator" | "spec.workers" {
  return role === "coordinator" ? "spec.coordinator" : "spec.workers";
}

/** The settings of a role. */
export function roleOf(cluster: Cluster, role: RoleName): Cluster["coordinator"] | Cluster["workers"] {
  return role === "coordinator" ? cluster.coordinator : cluster.workers;
}
