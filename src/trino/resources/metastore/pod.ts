/** The pod in which the metastore, or the tool that makes its schema, runs. */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { MEBIBYTE } from "../../units/data-size.ts";
import { restrictedContainer, restrictedPod, TRINO_USER } from "../security.ts";
import { serviceAccountName } from "../service-account.ts";
import { METASTORE_FILES, type MetastoreConfiguration } from "./configuration.ts";
import { driverOf, embeddedCredentials } from "./connection.ts";
import { type ManagedMetastore, METASTORE_PATHS, METASTORE_VOLUMES } from "./managed.ts";
import { METASTORE_CONTAINERS } from "./pod-patch.ts";

/** What the pods of the two differ in. */
export interface MetastorePodParts {
  readonly configuration: MetastoreConfiguration;
  /** The heap in bytes. */
  readonly heap: number;
  /** Directories of jars beside Hive's own and the driver's. */
  readonly jars: readonly string[];
  /** Its name and command, and probes and ports where it has any. */
  readonly container: Partial<IContainer> & Pick<IContainer, "name">;
  readonly spec?: Partial<IPodSpec>;
}

/** Makes the spec of the pod. Our command and configuration directory take the place of the image's entry point, which would run the schema tool on each start. */
export function metastorePod(managed: ManagedMetastore, parts: MetastorePodParts): IPodSpec {
  const { configuration, spec = {} } = parts;
  const { name, ...container } = parts.container;
  const { cluster, metastore } = managed;
  const pullSecrets = [...new Set([...metastore.image.pullSecrets, ...metastore.driverImage.pullSecrets])];
  return {
    serviceAccountName: serviceAccountName(cluster),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: restrictedPod(TRINO_USER),
    ...(pullSecrets.length > 0 ? { imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })) } : {}),
    ...spec,
    initContainers: [driverContainer(managed)],
    containers: [
      {
        name,
        image: metastore.image.reference,
        imagePullPolicy: metastore.image.pullPolicy,
        env: [...environment(managed, parts)],
        resources: metastore.resources,
        securityContext: restrictedContainer(),
        terminationMessagePolicy: "FallbackToLogsOnError",
        volumeMounts: [
          { name: METASTORE_VOLUMES.configuration, mountPath: METASTORE_PATHS.configuration, readOnly: true },
          { name: METASTORE_VOLUMES.drivers, mountPath: METASTORE_PATHS.drivers, readOnly: true },
          { name: METASTORE_VOLUMES.temporary, mountPath: "/tmp" },
        ],
        ...container,
      },
    ],
    volumes: [
      { name: METASTORE_VOLUMES.configuration, configMap: { name: configuration.configMap.metadata.name, items: [...METASTORE_FILES] } },
      { name: METASTORE_VOLUMES.drivers, emptyDir: { sizeLimit: "64Mi" } },
      { name: METASTORE_VOLUMES.temporary, emptyDir: {} },
    ],
  };
}

/** Hive's image has no JDBC drivers; Trino's has those of the databases that it can query. */
function driverContainer({ metastore: { driverImage, database } }: ManagedMetastore): IContainer {
  const { plugin, jars } = driverOf(database);
  const directory = `/usr/lib/trino/plugin/${plugin}`;
  return {
    name: METASTORE_CONTAINERS.driver,
    image: driverImage.reference,
    imagePullPolicy: driverImage.pullPolicy,
    command: [
      "/bin/bash",
      "-c",
      `set -eu\nshopt -s nullglob\ncp ${jars.map((jar) => `${directory}/${jar}`).join(" ")} ${METASTORE_PATHS.drivers}/\n`,
    ],
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } },
    securityContext: restrictedContainer(),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [{ name: METASTORE_VOLUMES.drivers, mountPath: METASTORE_PATHS.drivers }],
  };
}

/** Hive's start script takes the heap from one variable and Hadoop's from another; both must say the same. */
function environment(
  managed: ManagedMetastore,
  { configuration: { secret, variables }, heap, jars }: MetastorePodParts,
): readonly IEnvVar[] {
  const mebibytes = Math.floor(heap / MEBIBYTE);
  return [
    { name: "HIVE_CONF_DIR", value: METASTORE_PATHS.configuration },
    { name: "HADOOP_CLASSPATH", value: [METASTORE_PATHS.drivers, ...jars].map((directory) => `${directory}/*`).join(":") },
    { name: "HADOOP_HEAPSIZE", value: String(mebibytes) },
    { name: "HADOOP_CLIENT_OPTS", value: `-Xmx${mebibytes}m -XX:+ExitOnOutOfMemoryError -Dsun.net.inetaddr.ttl=5` },
    // The tools want to keep a history; the image's home directory is read-only.
    { name: "HOME", value: "/tmp" },
    ...embeddedCredentials(managed),
    ...(secret ? variables.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret.metadata.name, key: name } } })) : []),
  ];
}
