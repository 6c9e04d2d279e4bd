/** Metadata of everything that we make: names, labels, selectors and the owner. */
import { API_VERSION, KIND } from "../../api/v1alpha1/group.ts";
import type { Cluster, RoleName } from "../cluster.ts";
import {
  CLUSTER_LABEL,
  CLUSTER_UID_LABEL,
  COMPONENT_LABEL,
  GENERATION_LABEL,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  POOL_LABEL,
  REVISION_LABEL,
  SERVING_LABEL,
} from "../labels.ts";
import type { Manifest } from "../resources.ts";

/** Every part of a cluster that has pods. */
export type Component = RoleName | "preflight" | "metastore" | "metastore-db" | "metastore-schema";

/** Labels as Kubernetes wants them. */
export type Labels = Readonly<Record<string, string>>;

/** The one pool that there is so far. */
const POOL = "default";

/** What selects the pods of a component: never a version, and never anything that a person may edit. */
export function selectorOf(cluster: Pick<Cluster, "name" | "generation">, component: Component): Labels {
  const common = {
    "app.kubernetes.io/name": "trino",
    "app.kubernetes.io/instance": cluster.name,
    [COMPONENT_LABEL]: component,
  };
  return isRole(component)
    ? { ...common, [GENERATION_LABEL]: cluster.generation, ...(component === "worker" ? { [POOL_LABEL]: POOL } : {}) }
    : common;
}

/** What selects the workers of one revision. */
export function revisionSelector(cluster: Cluster, revision: string): Labels {
  return { ...selectorOf(cluster, "worker"), [REVISION_LABEL]: revision };
}

/** What selects the coordinator that clients may send queries to. */
export function servingSelector(cluster: Cluster): Labels {
  return { ...selectorOf(cluster, "coordinator"), [SERVING_LABEL]: "true" };
}

/** Labels of an object or pod of a component. */
export function labelsOf(cluster: Pick<Cluster, "name" | "generation" | "uid">, component: Component): Labels {
  return {
    ...selectorOf(cluster, component),
    [MANAGED_BY_LABEL]: MANAGED_BY,
    [CLUSTER_LABEL]: cluster.name,
    [CLUSTER_UID_LABEL]: cluster.uid,
  };
}

/** Labels of what belongs to the cluster as a whole. */
export function clusterLabels(cluster: Pick<Cluster, "name" | "uid">): Labels {
  return {
    "app.kubernetes.io/name": "trino",
    "app.kubernetes.io/instance": cluster.name,
    [MANAGED_BY_LABEL]: MANAGED_BY,
    [CLUSTER_LABEL]: cluster.name,
    [CLUSTER_UID_LABEL]: cluster.uid,
  };
}

/** The reference that makes the garbage collector remove an object with its cluster. */
function ownerReferences({ name, uid }: Pick<Cluster, "name" | "uid">): readonly object[] {
  return [{ apiVersion: API_VERSION, kind: KIND, name, uid, controller: true, blockOwnerDeletion: true }];
}

/** Metadata of an object that the cluster owns. */
export function ownedMetadata(
  cluster: Pick<Cluster, "name" | "namespace" | "uid">,
  object: { readonly name: string; readonly labels: Labels; readonly annotations?: Labels },
): Manifest["metadata"] {
  return {
    name: object.name,
    namespace: cluster.namespace,
    labels: object.labels,
    ...(object.annotations && Object.keys(object.annotations).length > 0 ? { annotations: object.annotations } : {}),
    ownerReferences: ownerReferences(cluster),
  };
}

function isRole(component: Component): component is RoleName {
  return component === "coordinator" || component === "worker";
}
