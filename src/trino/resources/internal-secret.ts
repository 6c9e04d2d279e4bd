/** The Secret by which the nodes of a cluster trust each other, and by which a worker may drain itself. */
import type { Manifest } from "../resources.ts";
import { clusterLabels, ownedMetadata } from "./metadata.ts";

/** The name of the internal Secret of a cluster; a rotation would make the next number. */
export function internalSecretName(cluster: string): string {
  return `${cluster}-internal-1`;
}

/** The manifest with its values in clear, made once and never rewritten. */
export function internalSecretManifest(
  object: { readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid?: string } },
  values: Readonly<Record<string, string>>,
): Manifest {
  const { name, namespace = "", uid = "" } = object.metadata;
  const cluster = { name, namespace, uid };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: ownedMetadata(cluster, { name: internalSecretName(name), labels: clusterLabels(cluster) }),
    immutable: true,
    type: "Opaque",
    stringData: values,
  };
}
