/** The table of features. Its order is that of jvm.config, environment and containers; who wins is decided by layers alone. */
import type { Cluster, RoleName } from "../cluster.ts";
import { type Merged, merge } from "../contribution.ts";
import type { Feature } from "../feature.ts";
import { caBundle } from "./ca-bundle.ts";
import { catalogs } from "./catalogs.ts";
import { discovery } from "./discovery.ts";
import { gracefulShutdown, gracePeriod } from "./graceful-shutdown.ts";
import { http, requestLog } from "./http.ts";
import { internalCommunication } from "./internal-communication.ts";
import { extraJvmArguments, jvm } from "./jvm.ts";
import { defaultLogLevel, logging } from "./logging.ts";
import { memory } from "./memory.ts";
import { metastoreClient } from "./metastore-client.ts";
import { nodeProperties } from "./node-properties.ts";
import { restart } from "./restart.ts";
import { scheduler } from "./scheduler.ts";
import { configOverrides, podOptions, userFiles } from "./user.ts";

/** Every feature. */
export const FEATURES: readonly Feature[] = [
  nodeProperties,
  discovery,
  http,
  requestLog,
  internalCommunication,
  memory,
  jvm,
  scheduler,
  gracePeriod,
  gracefulShutdown,
  defaultLogLevel,
  logging,
  metastoreClient,
  catalogs,
  caBundle,
  restart,
  configOverrides,
  userFiles,
  extraJvmArguments,
  podOptions,
];

/** All that the features add to the pods of a role, with provenance. */
export function contributionsOf(cluster: Cluster, role: RoleName): Merged {
  return merge(FEATURES.map(({ name, layer, contribute }) => ({ feature: name, layer, contribution: contribute(cluster, role) })));
}
