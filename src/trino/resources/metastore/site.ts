/** metastore-site.xml. Source: https://github.com/apache/hive/blob/master/standalone-metastore/metastore-common/src/main/java/org/apache/hadoop/hive/metastore/conf/MetastoreConf.java */
import type { KeyReference, WarehouseS3 } from "../../cluster.ts";
import { S3_CREDENTIAL_KEYS } from "../../features/metastore-client.ts";
import { connectionOf } from "./connection.ts";
import type { ManagedMetastore } from "./managed.ts";

const ACCESS_KEY_VARIABLE = "METASTORE_S3_ACCESS_KEY";
const SECRET_KEY_VARIABLE = "METASTORE_S3_SECRET_KEY";

/**
 * What every version reads, and what Hive on Hadoop would need but a metastore for Trino does not: both classes are in the metastore
 * itself, their defaults in Hive 4 are not. For Hive or Spark on the same metastore, override them.
 */
const SERVER_PROPERTIES: Readonly<Record<string, string>> = {
  "metastore.task.threads.always": "org.apache.hadoop.hive.metastore.events.EventCleanerTask",
  "metastore.expression.proxy": "org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy",
  "metastore.schema.verification": "true",
  "datanucleus.schema.autoCreateAll": "false",
};

/** Everything in metastore-site.xml; the user's own values win. */
export function siteProperties(managed: ManagedMetastore): Readonly<Record<string, string>> {
  const { metastore } = managed;
  return {
    ...SERVER_PROPERTIES,
    ...connectionOf(managed).properties,
    ...warehouseProperties(metastore),
    ...(metastore.warehouse.s3 ? s3Properties(metastore.warehouse.s3) : {}),
    ...metastore.config,
  };
}

/** The S3 credentials, which are copied into our own Secret: variable → reference. */
export function s3Credentials({ warehouse: { s3 } }: ManagedMetastore["metastore"]): Readonly<Record<string, KeyReference>> {
  const name = s3?.credentialsSecret;
  if (name === undefined) return {};
  const reference = (key: string): KeyReference => ({ kind: "Secret", name, key });
  return { [ACCESS_KEY_VARIABLE]: reference(S3_CREDENTIAL_KEYS.accessKey), [SECRET_KEY_VARIABLE]: reference(S3_CREDENTIAL_KEYS.secretKey) };
}

/**
 * Hive 4 makes every table external unless it is transactional, and wants another directory for those; Trino's tables are external,
 * so that the location of the spec is theirs. Hadoop speaks to S3 under the scheme s3a.
 */
function warehouseProperties({ version, warehouse }: ManagedMetastore["metastore"]): Record<string, string> {
  const location = warehouse.location.replace(/^s3:/, "s3a:").replace(/(?<=[^/:])\/+$/, "");
  if (version.startsWith("3.")) return { "metastore.warehouse.dir": location };
  return { "metastore.warehouse.dir": `${location}/managed`, "metastore.warehouse.external.dir": location };
}

/** Source: https://hadoop.apache.org/docs/stable/hadoop-aws/tools/hadoop-aws/index.html */
function s3Properties({ endpoint, region, pathStyle, credentialsSecret }: WarehouseS3): Record<string, string> {
  return {
    "fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    "fs.s3a.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    "fs.s3a.path.style.access": String(pathStyle),
    ...(endpoint === undefined
      ? {}
      : { "fs.s3a.endpoint": endpoint, "fs.s3a.connection.ssl.enabled": String(endpoint.startsWith("https:")) }),
    ...(region === undefined ? {} : { "fs.s3a.endpoint.region": region }),
    ...(credentialsSecret === undefined
      ? {}
      : { "fs.s3a.access.key": `\${env.${ACCESS_KEY_VARIABLE}}`, "fs.s3a.secret.key": `\${env.${SECRET_KEY_VARIABLE}}` }),
  };
}
