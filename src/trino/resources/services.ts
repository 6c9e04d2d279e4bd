/** The Services of Trino itself. Source: https://kubernetes.io/docs/concepts/services-networking/service/ */
import type { Cluster } from "../cluster.ts";
import { clientServiceName, discoveryServiceName, HTTP_PORT } from "../names.ts";
import type { Manifest } from "../resources.ts";
import { labelsOf, ownedMetadata, selectorOf, servingSelector } from "./metadata.ts";

/** The name of the port in pods and Services. */
export const HTTP_PORT_NAME = "http";

/** Where clients connect to: the coordinator of the serving generation, when it is ready. */
export function clientService(cluster: Cluster): Manifest {
  const { type, port, annotations } = cluster.service;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: ownedMetadata(cluster, { name: clientServiceName(cluster), labels: labelsOf(cluster, "coordinator"), annotations }),
    spec: {
      type,
      selector: servingSelector(cluster),
      ports: [{ name: HTTP_PORT_NAME, port, targetPort: HTTP_PORT_NAME, protocol: "TCP" }],
    },
  };
}

/** Where workers announce themselves. Not-ready addresses too, so that a readiness blip of the coordinator drops nobody. */
export function discoveryService(cluster: Cluster): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: ownedMetadata(cluster, { name: discoveryServiceName(cluster), labels: labelsOf(cluster, "coordinator") }),
    spec: {
      type: "ClusterIP",
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: selectorOf(cluster, "coordinator"),
      ports: [{ name: HTTP_PORT_NAME, port: HTTP_PORT, targetPort: HTTP_PORT_NAME, protocol: "TCP" }],
    },
  };
}
