/** The metastore that we run, as all its builders take it. */
import type { Cluster, Metastore } from "../../cluster.ts";

/** A cluster and its managed metastore. */
export interface ManagedMetastore {
  readonly cluster: Cluster;
  readonly metastore: Extract<Metastore, { kind: "managed" }>;
}

/** Paths in the metastore's containers; those of Hive and Hadoop are the official image's. */
export const METASTORE_PATHS = {
  configuration: "/etc/hive-metastore",
  drivers: "/opt/jdbc-drivers",
  hive: "/opt/hive/bin/hive",
  schematool: "/opt/hive/bin/schematool",
  hadoopTools: "/opt/hadoop/share/hadoop/tools/lib",
} as const;

/** Volumes of the metastore's pods. */
export const METASTORE_VOLUMES = { configuration: "metastore-config", drivers: "jdbc-drivers", temporary: "tmp" } as const;
