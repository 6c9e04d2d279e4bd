/** The table of kinds that the operator reads or writes: one row for each, from which informers are made. */
import type { KubernetesObject, ResourceType } from "../runtime/object.ts";
import type { Manifest } from "../trino/resources.ts";

/** Every kind, by the name under which the code knows it. */
export const KINDS = {
  TrinoCluster: { apiVersion: "trino.trino-operator.io/v1alpha1", kind: "TrinoCluster", plural: "trinoclusters", namespaced: true },
  Node: { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false },
  Pod: { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true },
  Service: { apiVersion: "v1", kind: "Service", plural: "services", namespaced: true },
  ServiceAccount: { apiVersion: "v1", kind: "ServiceAccount", plural: "serviceaccounts", namespaced: true },
  ConfigMap: { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true },
  Secret: { apiVersion: "v1", kind: "Secret", plural: "secrets", namespaced: true },
  PersistentVolumeClaim: { apiVersion: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", namespaced: true },
  StatefulSet: { apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets", namespaced: true },
  Deployment: { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true },
  ControllerRevision: { apiVersion: "apps/v1", kind: "ControllerRevision", plural: "controllerrevisions", namespaced: true },
  Job: { apiVersion: "batch/v1", kind: "Job", plural: "jobs", namespaced: true },
  PodDisruptionBudget: { apiVersion: "policy/v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets", namespaced: true },
} as const satisfies Readonly<Record<string, ResourceType>>;

/** The name of a kind in the table. */
export type KindName = keyof typeof KINDS;

/** The table's row for a manifest's kind; throws for a kind that is not in it. */
export function typeOf(manifest: { readonly kind: string }): ResourceType {
  const type = (KINDS as Readonly<Record<string, ResourceType>>)[manifest.kind];
  if (!type) throw new Error(`kind ${manifest.kind} is not in the table of kinds`);
  return type;
}

/** A manifest as the runtime takes it: its owner references are ours, so their shape is known. */
export function asObject(manifest: Manifest): KubernetesObject {
  return manifest as unknown as KubernetesObject;
}
