/** The Job that makes the metastore's schema exactly once. Source: https://hive.apache.org/docs/latest/hive-schema-tool_34835119/ */
import { contentHash } from "../../hash.ts";
import { schemaJobName } from "../../names.ts";
import type { Manifest } from "../../resources.ts";
import { MEBIBYTE } from "../../units/data-size.ts";
import { labelsOf, ownedMetadata } from "../metadata.ts";
import type { MetastoreConfiguration } from "./configuration.ts";
import { type Connection, connectionOf } from "./connection.ts";
import { type ManagedMetastore, METASTORE_PATHS } from "./managed.ts";
import { metastorePod } from "./pod.ts";

const BACKOFF_LIMIT = 6;

/** Makes the Job. It is named by what it does, so that it runs again for another database or version, and for nothing else. */
export function schemaJob(managed: ManagedMetastore, configuration: MetastoreConfiguration): Manifest {
  const { cluster } = managed;
  const labels = labelsOf(cluster, "metastore-schema");
  const template = {
    metadata: { labels },
    spec: metastorePod(managed, {
      configuration,
      heap: HEAP,
      jars: [],
      container: { command: ["/bin/bash", "-c", schemaScript(connectionOf(managed))], resources: RESOURCES },
      spec: { restartPolicy: "Never" },
    }),
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: ownedMetadata(cluster, { name: schemaJobName(cluster, contentHash(template)), labels }),
    spec: { backoffLimit: BACKOFF_LIMIT, template },
  };
}

/** Its own, so that other resources of the metastore do not make it run again. */
const RESOURCES = { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } } as const;
const HEAP = 512 * MEBIBYTE;

/**
 * Waits for the database, and makes the schema when there is none. One of another version is left alone: an upgrade cannot be
 * undone, and wants a backup first. `-initOrUpgradeSchema` would not ask.
 */
function schemaScript({ host, port, type }: Connection): string {
  return `set -u
until (exec 3<>/dev/tcp/${host}/${port}) 2>/dev/null; do
  echo "waiting for the database at ${host}:${port}"
  sleep 2
done
if info=$(${METASTORE_PATHS.schematool} -dbType ${type} -info 2>&1); then
  echo 'The schema is there.'
  exit 0
fi
if [[ $info == *'Metastore schema version'* ]]; then
  echo "$info"
  echo 'The database has a schema of another version. Make a backup, then upgrade it with schematool -upgradeSchema.'
  exit 1
fi
exec ${METASTORE_PATHS.schematool} -dbType ${type} -initSchema
`;
}
