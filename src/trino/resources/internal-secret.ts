/** The Secret by which the nodes of a cluster trust each other, and by which a worker may drain itself. */
import type { TrinoCluster } from "../../api/v1alpha1/trino-cluster.ts";
import type { Manifest } from "../resources.ts";
import { clusterLabels, ownedMetadata } from "./metadata.ts";

/** The name of the internal Secret that a TrinoCluster asks for; a rotation makes the next number. */
export function internalSecretName({ metadata, spec }: Pick<TrinoCluster, "metadata" | "spec">): string {
  return `${metadata.name}-internal-${spec.internalSecretNumber ?? 1}`;
}

/** The manifest with its values in clear, made once and never rewritten. */
export function internalSecretManifest(
  object: Pick<TrinoCluster, "metadata" | "spec">,
  values: Readonly<Record<string, string>>,
): Manifest {
  const { name, namespace = "", uid = "" } = object.metadata;
  const cluster = { name, namespace, uid };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: ownedMetadata(cluster, { name: internalSecretName(object), labels: clusterLabels(cluster) }),
    immutable: true,
    type: "Opaque",
    stringData: values,
  };
}
