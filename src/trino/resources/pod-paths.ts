/** Paths in a Trino container. Those of the image are fixed: https://github.com/trinodb/trino/blob/master/core/docker/Dockerfile */

/** Trino's configuration, where the image's start script and health check look for it. */
export const CONFIG_DIRECTORY = "/etc/trino";

/** Trino's data, pid file and working directory. */
export const DATA_DIRECTORY = "/data/trino";

/** What the operator brings along and the user's files cannot hide. */
export const OPERATOR_DIRECTORY = "/etc/trino-operator";

/** Names of the volumes that every Trino pod has. */
export const VOLUMES = {
  configuration: "trino-config",
  data: "trino-data",
  temporary: "tmp",
  drainToken: "drain-token",
  trust: "trust-store",
} as const;
