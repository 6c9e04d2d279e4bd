/**
 * Properties that stop Trino with exit code 100 in some versions or roles, from the release notes and the `@Config`,
 * `@LegacyConfig` and `@DefunctConfig` annotations of Trino's and airlift's sources.
 * Source: https://trino.io/docs/current/release.html
 */
import type { RoleName } from "./cluster.ts";

/** One rule; `from` and `until` are the first and last version in which the property is fatal. */
export interface FatalProperty {
  /** The property, or a beginning of it with `*` at the end. */
  readonly property: string;
  /** config: files of a role; catalog: files of catalogs. */
  readonly where: "config" | "catalog";
  readonly from?: number;
  readonly until?: number;
  /** Only fatal in this role. */
  readonly role?: RoleName;
  /** What to do, as a sentence. */
  readonly cure: string;
}

const REMOVE = "Remove it.";
const COORDINATOR_ONLY = "Set it for the coordinator only.";

function coordinatorOnly(property: string, range: Pick<FatalProperty, "from" | "until"> = {}): FatalProperty {
  return { property, where: "config", role: "worker", cure: COORDINATOR_ONLY, ...range };
}

function removed(from: number, property: string, cure: string = REMOVE): FatalProperty {
  return { property, where: "config", from, cure };
}

function removedFromCatalogs(from: number, property: string, cure: string = REMOVE): FatalProperty {
  return { property, where: "catalog", from, cure };
}

function unknownInCatalogs(until: number, property: string, cure: string): FatalProperty {
  return { property, where: "catalog", until, cure };
}

function unknown(until: number, property: string, cure: string): FatalProperty {
  return { property, where: "config", until, cure };
}

const ROLES: readonly FatalProperty[] = [
  coordinatorOnly("web-ui.*"),
  coordinatorOnly("cluster.hosts"),
  coordinatorOnly("catalog.store"),
  coordinatorOnly("catalog.prune.*"),
  coordinatorOnly("transaction.*"),
  coordinatorOnly("event.max-output-stage-size"),
  coordinatorOnly("node-scheduler.network-topology.*"),
  coordinatorOnly("node-scheduler.cache-preferred-hosts-count"),
  coordinatorOnly("failure-detector.*", { until: 476 }),
];

const CONFIG_REMOVED: readonly FatalProperty[] = [
  removed(437, "experimental.spill-compression-enabled", "Use spill-compression-codec."),
  removed(445, "experimental.spill-enabled", "Use spill-enabled."),
  removed(445, "experimental.spiller-*", "Leave out the prefix experimental."),
  removed(445, "experimental.memory-revoking-*", "Leave out the prefix experimental."),
  removed(445, "experimental.enable-dynamic-filtering", "Use enable-dynamic-filtering."),
  removed(445, "experimental.filter-and-project-*", "Leave out the prefix experimental."),
  removed(445, "query.initial-hash-partitions", "Use query.max-hash-partition-count."),
  removed(445, "query.max-age"),
  removed(445, "retry-attempts", "Use query-retry-attempts or task-retry-attempts-per-task."),
  removed(445, "task.shard.max-threads", "Use task.max-worker-threads."),
  removed(445, "task.verbose-stats"),
  removed(445, "legacy.materialized-view-grace-period"),
  removed(450, "optimizer.optimize-mixed-distinct-aggregations"),
  removed(451, "enable-coordinator-dynamic-filters-distribution"),
  removed(454, "query.low-memory-killer.delay"),
  removed(457, "failure-injection.*"),
  removed(459, "http-server.admin.*"),
  removed(459, "http-server.auth.users-file"),
  removed(464, "protocol.spooling.inline-segments", "Use protocol.spooling.inlining.enabled."),
  removed(464, "protocol.spooling.worker-access", "Use protocol.spooling.retrieval-mode."),
  removed(464, "protocol.spooling.direct-storage-access", "Use protocol.spooling.retrieval-mode."),
  removed(464, "protocol.spooling.direct-storage-fallback", "Use protocol.spooling.retrieval-mode."),
  removed(466, "experimental.protocol.spooling.enabled", "Use protocol.spooling.enabled."),
  removed(466, "protocol.spooling.coordinator-storage-redirect-ttl"),
  removed(470, "optimizer.optimize-hash-generation"),
  removed(472, "workerInfo.*", "Use the prefix worker-info."),
  removed(472, "memoryManager.*", "Use the prefix memory-manager."),
  removed(476, "remote-query-async-cancellation.enabled"),
  removed(477, "failure-detector.*"),
  removed(477, "http-server.buffer-pool-type"),
  removed(477, "http-client.buffer-pool-type"),
  removed(479, "task.statistics-cpu-timer-enabled"),
  removed(479, "deprecated.omit-datetime-type-precision"),
  removed(480, "enable-large-dynamic-filters"),
  removed(480, "dynamic-filtering.small*", "Use dynamic-filtering.* without size."),
  removed(480, "dynamic-filtering.large-broadcast*", "Use dynamic-filtering.* without size."),
  removed(480, "deprecated.http-server.authentication.oauth2.groups-field", "Use a group provider."),
];

const CONFIG_UNKNOWN: readonly FatalProperty[] = [
  unknown(465, "protocol.spooling.enabled", "Spooling is stable from Trino 466 on."),
  unknown(470, "log.console-format", "Trino writes JSON to standard output from 471 on."),
  unknown(476, "discovery.type", "Other ways of discovery come with Trino 477."),
  unknown(476, "cluster.hosts", "It comes with Trino 477."),
  unknown(477, "otel.*", "Use tracing.* below Trino 478."),
  unknown(479, "external-exchange-encryption-enabled", "Use fault-tolerant-execution-exchange-encryption-enabled below Trino 480."),
  unknown(482, "metrics.jmx-object-names", "Use openmetrics.jmx-object-names below Trino 483."),
  unknown(482, "web-ui.legacy.enabled", "It comes with Trino 483."),
];

const CATALOG_REMOVED: readonly FatalProperty[] = [
  removedFromCatalogs(439, "hive.cache.*", "Use fs.cache.*."),
  removedFromCatalogs(441, "hive.allow-*", "Use hive.security=allow-all, or a file of rules."),
  removedFromCatalogs(443, "hive.metastore.thrift.batch-fetch.enabled"),
  removedFromCatalogs(447, "redshift.use-legacy-type-mapping"),
  removedFromCatalogs(449, "pinot.grpc.enabled"),
  removedFromCatalogs(449, "bigquery.parallelism"),
  removedFromCatalogs(468, "delta.metadata.cache-size", "Use delta.metadata.cache-max-retained-size."),
  removedFromCatalogs(473, "hive.metastore.http.client.*", "Use an Iceberg REST catalog for Unity."),
  removedFromCatalogs(477, "hive.parquet.max-read-block-size"),
  removedFromCatalogs(477, "iceberg.rest-catalog.sigv4-enabled", "Use iceberg.rest-catalog.security=SIGV4."),
  removedFromCatalogs(480, "gcs.use-access-token", "Use gcs.auth-type."),
  removedFromCatalogs(480, "hive.write-validation-threads"),
  removedFromCatalogs(480, "parquet.optimized-writer.validation-percentage"),
  removedFromCatalogs(480, "hive.parquet.writer.*", "Use parquet.writer.*."),
  removedFromCatalogs(480, "hive.fs.new-file-inherit-ownership"),
  removedFromCatalogs(480, "delta.metadata.live-files.*"),
  removedFromCatalogs(480, "delta.checkpoint-filtering.enabled"),
  removedFromCatalogs(480, "iceberg.extended-statistics.enabled"),
  removedFromCatalogs(481, "hive.s3.*", "Use s3.* with fs.s3.enabled=true."),
  removedFromCatalogs(481, "hive.gcs.*", "Use gcs.* with fs.gcs.enabled=true."),
  removedFromCatalogs(481, "hive.azure.*", "Use azure.* with fs.azure.enabled=true."),
  removedFromCatalogs(481, "hive.cos.*"),
  removedFromCatalogs(
    481,
    "fs.cache.preferred-hosts-count",
    "Set node-scheduler.cache-preferred-hosts-count in config.properties of the coordinator.",
  ),
  removedFromCatalogs(481, "iceberg.file-based-conflict-detection"),
  removedFromCatalogs(482, "fs.alluxio.enabled"),
  removedFromCatalogs(482, "hive.max-initial-splits"),
  removedFromCatalogs(482, "hive.max-initial-split-size"),
  removedFromCatalogs(483, "s3.use-web-identity-token-credentials-provider", "Use s3.auth-type=WEB_IDENTITY."),
];

const CATALOG_UNKNOWN: readonly FatalProperty[] = [
  unknownInCatalogs(438, "fs.cache.*", "Use hive.cache.* below Trino 439."),
  unknownInCatalogs(470, "fs.native-local.enabled", "It comes with Trino 471."),
  unknownInCatalogs(480, "fs.s3.enabled", "Use fs.native-s3.enabled below Trino 481."),
  unknownInCatalogs(480, "fs.azure.enabled", "Use fs.native-azure.enabled below Trino 481."),
  unknownInCatalogs(480, "fs.gcs.enabled", "Use fs.native-gcs.enabled below Trino 481."),
  unknownInCatalogs(480, "fs.local.enabled", "Use fs.native-local.enabled below Trino 481."),
  unknownInCatalogs(482, "s3.auth-type", "It comes with Trino 483."),
];

/** Every rule. */
const FATAL_PROPERTIES: readonly FatalProperty[] = [...ROLES, ...CONFIG_REMOVED, ...CONFIG_UNKNOWN, ...CATALOG_REMOVED, ...CATALOG_UNKNOWN];

/** The rule by which a property is fatal, or undefined. */
export function fatalProperty(
  property: string,
  place: { readonly where: FatalProperty["where"]; readonly version: number; readonly role?: RoleName },
): FatalProperty | undefined {
  return FATAL_PROPERTIES.find((rule) => {
    const { from = 0, until = Number.POSITIVE_INFINITY } = rule;
    const inRange = place.version >= from && place.version <= until;
    return (
      rule.where === place.where && inRange && (rule.role === undefined || rule.role === place.role) && matches(rule.property, property)
    );
  });
}

function matches(pattern: string, property: string): boolean {
  return pattern.endsWith("*") ? property.startsWith(pattern.slice(0, -1)) : pattern === property;
}
