/** Lets a worker finish its tasks before its pod goes. Source: https://trino.io/docs/current/admin/graceful-shutdown.html */
import type { Cluster } from "../cluster.ts";
import type { Contribution } from "../contribution.ts";
import type { Feature } from "../feature.ts";
import { drainTokenKey } from "../internal-token.ts";
import { coordinatorUrl } from "../names.ts";
import { OPERATOR_DIRECTORY, VOLUMES } from "../resources/pod-paths.ts";
import { parseDurationSeconds } from "../units/duration.ts";
import { preStopScript } from "./pre-stop-script.ts";

/** The property and its default. With 5 s queries were seen to fail: the coordinator notices a drain up to 8 s late. */
export const GRACE_PERIOD = { property: "shutdown.grace-period", default: "20s", minimumSeconds: 15 } as const;

/** For Trino's own stop after the drain. */
const MARGIN_SECONDS = 30;

/** A coordinator has nothing to drain in its pod: the operator waits for idleness before it lets the pod go. */
const COORDINATOR_SECONDS = 60;

const READ_ONLY_BY_GROUP = 0o440;

/** `shutdown.grace-period`, for those who look at what is rendered; a worker sleeps it twice around the drain. */
export const gracePeriod: Feature = {
  name: "grace-period",
  layer: "default",
  contribute: (_cluster, role) =>
    role === "worker" ? { files: { "config.properties": { [GRACE_PERIOD.property]: GRACE_PERIOD.default } } } : {},
};

/** The hook that drains, the token that it needs, and the time that it may take. */
export const gracefulShutdown: Feature = {
  name: "graceful-shutdown",
  layer: "feature",
  contribute: (cluster, role) =>
    role === "coordinator" ? { pod: { terminationGracePeriodSeconds: COORDINATOR_SECONDS } } : drainingWorker(cluster),
};

/** The grace period of the workers in seconds: the default, or the user's override. */
function gracePeriodSeconds({ config }: Pick<Cluster["workers"], "config">): number {
  return Math.ceil(parseDurationSeconds(config["config.properties"]?.[GRACE_PERIOD.property] ?? GRACE_PERIOD.default) ?? 0);
}

function drainingWorker(cluster: Cluster): Contribution {
  const tokenDirectory = `${OPERATOR_DIRECTORY}/drain`;
  const script = preStopScript({ tokenFile: `${tokenDirectory}/token`, coordinatorUrl: coordinatorUrl(cluster) });
  return {
    volumes: [
      {
        name: VOLUMES.drainToken,
        secret: {
          secretName: cluster.internalSecret.name,
          defaultMode: READ_ONLY_BY_GROUP,
          items: [{ key: drainTokenKey(cluster.version), path: "token" }],
        },
      },
    ],
    mounts: [{ name: VOLUMES.drainToken, mountPath: tokenDirectory, readOnly: true }],
    container: { lifecycle: { preStop: { exec: { command: ["/bin/bash", "-c", script] } } } },
    pod: { terminationGracePeriodSeconds: cluster.workers.drainTimeoutSeconds + 2 * gracePeriodSeconds(cluster.workers) + MARGIN_SECONDS },
  };
}
