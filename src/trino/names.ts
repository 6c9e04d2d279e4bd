/** Names of everything that a cluster consists of. A cluster's name has at most 30 characters, so each of these is a valid label value. */
import type { Cluster, RoleName } from "./cluster.ts";

type Named = Pick<Cluster, "name" | "generation">;

/** Where clients connect to: the Service has the name of the cluster. */
export function clientServiceName({ name }: Named): string {
  return name;
}

/** The headless Service by which the nodes of one generation find their coordinator. */
export function discoveryServiceName({ name, generation }: Named): string {
  return `${name}-discovery-${generation}`;
}

/** The address of the coordinator inside the Kubernetes cluster, for its own nodes. */
export function coordinatorUrl(cluster: Pick<Cluster, "name" | "generation" | "namespace">): string {
  return `http://${discoveryServiceName(cluster)}.${cluster.namespace}.svc:${HTTP_PORT}`;
}

/** The port on which every Trino process listens. */
export const HTTP_PORT = 8080;

/** The coordinator's StatefulSet. */
export function coordinatorName({ name, generation }: Named): string {
  return `${name}-coordinator-${generation}`;
}

/** The Deployment of the workers of one revision. */
export function workerDeploymentName({ name, generation }: Named, revision: string): string {
  return `${name}-worker-${generation}-${revision}`;
}

/** The ControllerRevision that remembers a revision of a role. */
export function recordName({ name, generation }: Named, role: RoleName, revision: string): string {
  return `${name}-${role}-${generation}-rev-${revision}`;
}

/** The throw-away pod that tries a revision. */
export function preflightPodName({ name }: Pick<Cluster, "name">, revision: string): string {
  return `${name}-preflight-${revision}`;
}

/** A ConfigMap or Secret of a role, named by its content. */
export function configurationName({ name }: Named, role: RoleName | "metastore" | "metastore-schema", hash: string): string {
  return `${name}-${role}-${hash}`;
}

/** The metastore's workload and Service. */
export function metastoreName({ name }: Pick<Cluster, "name">): string {
  return `${name}-metastore`;
}

/** The embedded database's StatefulSet, Service and password Secret. */
export function metastoreDatabaseName({ name }: Pick<Cluster, "name">): string {
  return `${name}-metastore-db`;
}

/** The Job that makes the metastore's schema. */
export function schemaJobName({ name }: Pick<Cluster, "name">, hash: string): string {
  return `${name}-metastore-schema-${hash}`;
}

/** The PersistentVolumeClaim of the embedded database, as its StatefulSet names it. */
export function metastoreVolumeName(cluster: Pick<Cluster, "name">): string {
  return `data-${metastoreDatabaseName(cluster)}-0`;
}
