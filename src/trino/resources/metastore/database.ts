/** The embedded PostgreSQL. Source: https://hub.docker.com/_/postgres */

import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { MetastoreDatabase } from "../../cluster.ts";
import { contentHash } from "../../hash.ts";
import { TEMPLATE_ANNOTATION } from "../../labels.ts";
import { metastoreDatabaseName } from "../../names.ts";
import type { Manifest, MetastoreResources } from "../../resources.ts";
import { labelsOf, ownedMetadata, selectorOf } from "../metadata.ts";
import { restrictedContainer, restrictedPod } from "../security.ts";
import { serviceAccountName } from "../service-account.ts";
import { EMBEDDED } from "./connection.ts";
import type { ManagedMetastore } from "./managed.ts";
import { METASTORE_CONTAINERS, patchedCompanionPod } from "./pod-patch.ts";

type Embedded = Extract<MetastoreDatabase, { kind: "embedded" }>;

/** The user of the official image. */
const POSTGRES_USER_ID = 999;
const PORT_NAME = "postgresql";
const DATA_MOUNT = "/var/lib/postgresql/data";
/** The server of the first start, which has no user yet, listens on its socket only: a look at the address does not take it for the real one. */
const READY = {
  exec: {
    command: ["pg_isready", "--host=127.0.0.1", `--port=${EMBEDDED.port}`, `--username=${EMBEDDED.user}`, `--dbname=${EMBEDDED.database}`],
  },
};

/** The StatefulSet with its volume. The volume has no owner: it is kept, or removed by the operator together with the password. */
export function databaseStatefulSet({ cluster, metastore }: ManagedMetastore, database: Embedded): Manifest {
  const labels = labelsOf(cluster, "metastore-db");
  const name = metastoreDatabaseName(cluster);
  const own = { metadata: { labels }, spec: podSpec(name, { database, account: serviceAccountName(cluster) }) };
  const template = patchedCompanionPod({ template: own, labels, patch: metastore.template });
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: ownedMetadata(cluster, { name, labels, annotations: { [TEMPLATE_ANNOTATION]: contentHash(template) } }),
    spec: {
      replicas: 1,
      serviceName: name,
      selector: { matchLabels: selectorOf(cluster, "metastore-db") },
      revisionHistoryLimit: 2,
      template,
      volumeClaimTemplates: [
        {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          metadata: { name: "data", labels },
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(database.storageClass === undefined ? {} : { storageClassName: database.storageClass }),
            resources: { requests: { storage: database.storage } },
          },
        },
      ],
    },
  };
}

function podSpec(name: string, { database: { image }, account }: { database: Embedded; account: string }): IPodSpec {
  return {
    serviceAccountName: account,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(POSTGRES_USER_ID),
    ...(image.pullSecrets.length > 0 ? { imagePullSecrets: image.pullSecrets.map((secret) => ({ name: secret })) } : {}),
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: METASTORE_CONTAINERS.database,
        image: image.reference,
        imagePullPolicy: image.pullPolicy,
        ports: [{ name: PORT_NAME, containerPort: EMBEDDED.port, protocol: "TCP" }],
        env: [...environment(name)],
        resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { memory: "512Mi" } },
        startupProbe: { ...READY, periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 150 },
        readinessProbe: { ...READY, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...READY, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
        securityContext: restrictedContainer(),
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [
          { name: "data", mountPath: DATA_MOUNT },
          { name: "run", mountPath: "/var/run/postgresql" },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
    ],
    volumes: [
      { name: "run", emptyDir: {} },
      { name: "tmp", emptyDir: {} },
    ],
  };
}

/** A directory below the mount, because PostgreSQL refuses one that is not empty, as with `lost+found` in a fresh file system. */
function environment(secret: string): readonly IEnvVar[] {
  return [
    { name: "PGDATA", value: `${DATA_MOUNT}/pgdata` },
    { name: "POSTGRES_USER", value: EMBEDDED.user },
    { name: "POSTGRES_DB", value: EMBEDDED.database },
    { name: "POSTGRES_PASSWORD", valueFrom: { secretKeyRef: { name: secret, key: EMBEDDED.passwordKey } } },
  ];
}

/** The headless Service by which the metastore finds its database. */
export function databaseService({ cluster }: ManagedMetastore): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: ownedMetadata(cluster, { name: metastoreDatabaseName(cluster), labels: labelsOf(cluster, "metastore-db") }),
    spec: {
      type: "ClusterIP",
      clusterIP: "None",
      selector: selectorOf(cluster, "metastore-db"),
      ports: [{ name: PORT_NAME, port: EMBEDDED.port, targetPort: PORT_NAME, protocol: "TCP" }],
    },
  };
}

/**
 * The password, made once and never rewritten. Like the volume it has no owner, so that a deleted cluster with `Retain` leaves both,
 * and a new cluster of the same name finds and uses both.
 */
export function databasePassword({ cluster }: ManagedMetastore): MetastoreResources["generatedSecrets"][number] {
  const { name, namespace, labels } = ownedMetadata(cluster, {
    name: metastoreDatabaseName(cluster),
    labels: labelsOf(cluster, "metastore-db"),
  });
  return {
    manifest: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace, ...(labels ? { labels } : {}) },
      immutable: true,
      type: "Opaque",
    },
    randomKeys: [EMBEDDED.passwordKey],
  };
}
