/** Lets a worker finish its tasks, and a coordinator its last queries, before the pod goes. Source: https://trino.io/docs/current/admin/graceful-shutdown.html */
import type { Cluster } from "../cluster.ts";
import type { Contribution } from "../contribution.ts";
import type { Feature } from "../feature.ts";
import { drainTokenKey } from "../internal-token.ts";
import { coordinatorUrl } from "../names.ts";
import { OPERATOR_DIRECTORY, VOLUMES } from "../resources/pod-paths.ts";
import { parseDurationSeconds } from "../units/duration.ts";
import { coordinatorPreStopScript, preStopScript } from "./pre-stop-script.ts";

/** The property and its default. With 5 s queries were seen to fail: the coordinator notices a drain up to 8 s late. */
export const GRACE_PERIOD = { property: "shutdown.grace-period", default: "20s", minimumSeconds: 15 } as const;

/** For Trino's own stop after the drain. */
const MARGIN_SECONDS = 30;

/** The operator waits for idleness before it lets a coordinator go: this is for what came at the last moment, and for node drains. */
const COORDINATOR_DRAIN_SECONDS = 30;

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
  contribute: (cluster, role) => (role === "coordinator" ? finishingCoordinator(cluster) : drainingWorker(cluster)),
};

/** The grace period of the workers in seconds: the default, or the user's override. */
function gracePeriodSeconds({ config }: Pick<Cluster["workers"], "config">): number {
  return Math.ceil(parseDurationSeconds(config["config.properties"]?.[GRACE_PERIOD.property] ?? GRACE_PERIOD.default) ?? 0);
}

const TOKEN_DIRECTORY = `${OPERATOR_DIRECTORY}/drain`;
const TOKEN_FILE = `${TOKEN_DIRECTORY}/token`;

function finishingCoordinator(cluster: Cluster): Contribution {
  const script = coordinatorPreStopScript({ tokenFile: TOKEN_FILE, seconds: COORDINATOR_DRAIN_SECONDS });
  return { ...hook(cluster, script), pod: { terminationGracePeriodSeconds: COORDINATOR_DRAIN_SECONDS + MARGIN_SECONDS } };
}

function drainingWorker(cluster: Cluster): Contribution {
  const { drainTimeoutSeconds } = cluster.workers;
  return {
    ...hook(cluster, preStopScript({ tokenFile: TOKEN_FILE, coordinatorUrl: coordinatorUrl(cluster) })),
    pod: { terminationGracePeriodSeconds: drainTimeoutSeconds + 2 * gracePeriodSeconds(cluster.workers) + MARGIN_SECONDS },
  };
}

/** A preStop hook, and the token with which it may speak to its own node. */
function hook(cluster: Cluster, script: string): Contribution {
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
    mounts: [{ name: VOLUMES.drainToken, mountPath: TOKEN_DIRECTORY, readOnly: true }],
    container: { lifecycle: { preStop: { exec: { command: ["/bin/bash", "-c", script] } } } },
  };
}
