/** The metastore itself: stateless, so a Deployment and a Service. */

import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import { METASTORE_PORT } from "../../features/metastore-client.ts";
import { contentHash } from "../../hash.ts";
import { HIVE_VERSION_ANNOTATION, TEMPLATE_ANNOTATION } from "../../labels.ts";
import { metastoreName } from "../../names.ts";
import type { Manifest } from "../../resources.ts";
import { labelsOf, ownedMetadata, selectorOf } from "../metadata.ts";
import type { MetastoreConfiguration } from "./configuration.ts";
import { type ManagedMetastore, METASTORE_PATHS } from "./managed.ts";
import { metastorePod } from "./pod.ts";
import { METASTORE_CONTAINERS, patchedMetastorePod } from "./pod-patch.ts";

const PORT_NAME = "thrift";

/** It has no health check of its own; each look at the port costs it a line in its log. */
const PORT_OPEN = { tcpSocket: { port: PORT_NAME } } as const;

/** How long it waits for the requests of its clients, after the time in which Services forget it. */
const DRAIN_SECONDS = 60;
const FORGOTTEN_SECONDS = 5;

/**
 * Hive ends at once when it is told to, in the middle of its requests. So the hook waits until Services have forgotten the pod, and then
 * until no client is connected: Trino connects anew for each request. In /proc/net, state 01 is an established connection.
 */
const PRE_STOP = `sleep ${FORGOTTEN_SECONDS}
port=:$(printf %04X ${METASTORE_PORT})
for ((second = ${FORGOTTEN_SECONDS}; second < ${DRAIN_SECONDS}; second++)); do
  connected=false
  while read -r _ local _ state _; do
    if [[ $local == *"$port" && $state == 01 ]]; then connected=true; fi
  done < <(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  if [[ $connected == false ]]; then exit 0; fi
  sleep 1
done
`;

/** The Deployment. New pods are ready before old ones go: all replicas share one schema. */
export function metastoreDeployment(managed: ManagedMetastore, configuration: MetastoreConfiguration): Manifest {
  const { cluster, metastore } = managed;
  const labels = labelsOf(cluster, "metastore");
  const template = patchedMetastorePod({ template: podTemplate(managed, configuration), labels, patch: metastore.template });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: ownedMetadata(cluster, {
      name: metastoreName(cluster),
      labels,
      annotations: { [TEMPLATE_ANNOTATION]: contentHash(template) },
    }),
    spec: {
      replicas: metastore.replicas,
      selector: { matchLabels: selectorOf(cluster, "metastore") },
      revisionHistoryLimit: 2,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template,
    },
  };
}

function podTemplate(managed: ManagedMetastore, configuration: MetastoreConfiguration): IPodTemplateSpec {
  return {
    metadata: { labels: labelsOf(managed.cluster, "metastore"), annotations: { [HIVE_VERSION_ANNOTATION]: managed.metastore.version } },
    spec: metastorePod(managed, {
      configuration,
      heap: managed.metastore.memory.heap,
      jars: managed.metastore.warehouse.s3 ? [METASTORE_PATHS.hadoopTools] : [],
      container: {
        name: METASTORE_CONTAINERS.metastore,
        command: [METASTORE_PATHS.hive, "--service", "metastore"],
        ports: [{ name: PORT_NAME, containerPort: METASTORE_PORT, protocol: "TCP" }],
        startupProbe: { ...PORT_OPEN, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 120 },
        readinessProbe: { ...PORT_OPEN, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...PORT_OPEN, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
        lifecycle: { preStop: { exec: { command: ["/bin/bash", "-c", PRE_STOP] } } },
      },
      spec: { terminationGracePeriodSeconds: DRAIN_SECONDS + 30 },
    }),
  };
}

/** The address in the catalogs. */
export function metastoreService({ cluster }: ManagedMetastore): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: ownedMetadata(cluster, { name: metastoreName(cluster), labels: labelsOf(cluster, "metastore") }),
    spec: {
      type: "ClusterIP",
      selector: selectorOf(cluster, "metastore"),
      ports: [{ name: PORT_NAME, port: METASTORE_PORT, targetPort: PORT_NAME, protocol: "TCP" }],
    },
  };
}
