/** The container in which Trino runs. Source: https://github.com/trinodb/trino/tree/master/core/docker */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IProbe } from "kubernetes-models/v1/Probe";
import type { Cluster, RoleName } from "../cluster.ts";
import type { Merged } from "../contribution.ts";
import { roleOf } from "../feature.ts";
import { HTTP_PORT } from "../names.ts";
import type { Configuration } from "./configuration.ts";
import { CONFIG_DIRECTORY, DATA_DIRECTORY, VOLUMES } from "./pod-paths.ts";
import { restrictedContainer } from "./security.ts";
import { HTTP_PORT_NAME } from "./services.ts";

/** The name of the container, which a `podTemplate` patch can address. */
export const TRINO_CONTAINER = "trino";

/** The script of the image that asks for `"starting": false`: the port is open long before Trino can work. */
const HEALTH_CHECK = { exec: { command: ["/usr/lib/trino/bin/health-check"] } };

/** A quarter of an hour: many catalogs or a busy node make a start slow, and nothing is won by starting again. */
const STARTUP: IProbe = { ...HEALTH_CHECK, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 180 };

const READINESS: IProbe = { ...HEALTH_CHECK, periodSeconds: 5, timeoutSeconds: 10, failureThreshold: 6 };

/** Two minutes of silence: garbage collection and a starved CPU make a node slow, and killing it fails its queries. */
const LIVENESS: IProbe = {
  httpGet: { path: "/v1/info", port: HTTP_PORT_NAME },
  periodSeconds: 10,
  timeoutSeconds: 10,
  failureThreshold: 12,
};

/** Makes the container of a role. */
export function trinoContainer(
  cluster: Cluster,
  role: RoleName,
  { merged, configuration }: { merged: Merged; configuration: Configuration },
): IContainer {
  return {
    name: TRINO_CONTAINER,
    image: cluster.image.reference,
    imagePullPolicy: cluster.image.pullPolicy,
    ports: [{ name: HTTP_PORT_NAME, containerPort: HTTP_PORT, protocol: "TCP" }],
    env: [...secretVariables(configuration), ...merged.env],
    ...(merged.container as Partial<IContainer>),
    resources: roleOf(cluster, role).resources,
    startupProbe: STARTUP,
    readinessProbe: READINESS,
    livenessProbe: LIVENESS,
    securityContext: restrictedContainer(),
    // Trino says why it refuses its configuration on standard output, then exits with 100.
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: VOLUMES.configuration, mountPath: CONFIG_DIRECTORY, readOnly: true },
      { name: VOLUMES.data, mountPath: DATA_DIRECTORY },
      { name: VOLUMES.temporary, mountPath: "/tmp" },
      ...merged.mounts,
    ],
  };
}

function secretVariables({ secret, secretVariables: names }: Configuration): readonly IEnvVar[] {
  if (secret === undefined) return [];
  return names.map((name) => ({ name, valueFrom: { secretKeyRef: { name: secret.metadata.name, key: name } } }));
}
