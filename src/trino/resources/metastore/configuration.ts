/** The metastore's immutable configuration: files in a ConfigMap, credentials in a Secret, both named by their content. */
import type { KeyReference } from "../../cluster.ts";
import { renderHadoopXml } from "../../config/hadoop-xml.ts";
import { contentHash } from "../../hash.ts";
import { CONFIGURATION_ANNOTATION } from "../../labels.ts";
import { configurationName } from "../../names.ts";
import type { Manifest } from "../../resources.ts";
import { contentConfigMap, contentSecret, type Item, referencedValue } from "../configuration.ts";
import { connectionOf, databaseCredentials } from "./connection.ts";
import type { ManagedMetastore } from "./managed.ts";
import { s3Credentials, siteProperties } from "./site.ts";

/** What the pods of the metastore, or those of its schema's Job, read. */
export interface MetastoreConfiguration {
  readonly configMap: Manifest;
  readonly secret: Manifest | undefined;
  /** Names of the environment variables that are keys of the Secret. */
  readonly variables: readonly string[];
}

/** Both Hives read one text under different names: 4.x and the metastore itself the first, the schema tool of 3.x the second. */
export const METASTORE_FILES: readonly Item[] = [
  { key: "site.xml", path: "metastore-site.xml" },
  { key: "site.xml", path: "hive-site.xml" },
  { key: "log4j2.properties", path: "metastore-log4j2.properties" },
  { key: "log4j2.properties", path: "hive-log4j2.properties" },
];

/** To standard output, where a pod's log is looked for. Source: https://logging.apache.org/log4j/2.x/manual/configuration.html */
const LOG4J = `status = warn
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_OUT
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %5p [%t] %c{2}: %m%n
rootLogger.level = info
rootLogger.appenderRefs = console
rootLogger.appenderRef.console.ref = console
`;

/** For the metastore itself. */
export function metastoreConfiguration(managed: ManagedMetastore): MetastoreConfiguration {
  const credentials = { ...databaseCredentials(managed.metastore), ...s3Credentials(managed.metastore) };
  return configuration(managed, { role: "metastore", properties: siteProperties(managed), credentials });
}

/** For the schema's Job: the connection alone, so that nothing else makes it run again. */
export function schemaConfiguration(managed: ManagedMetastore): MetastoreConfiguration {
  const { properties } = connectionOf(managed);
  return configuration(managed, { role: "metastore-schema", properties, credentials: databaseCredentials(managed.metastore) });
}

interface Parts {
  readonly role: "metastore" | "metastore-schema";
  readonly properties: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, KeyReference>>;
}

function configuration({ cluster }: ManagedMetastore, { role, properties, credentials }: Parts): MetastoreConfiguration {
  const data = { "site.xml": renderHadoopXml(properties), "log4j2.properties": LOG4J };
  const variables = Object.keys(credentials).sort();
  const values = Object.fromEntries(
    Object.entries(credentials).map(([variable, reference]) => [variable, referencedValue(cluster, reference)]),
  );
  const secret = variables.length === 0 ? undefined : contentSecret(cluster, { role, data: values });
  return { configMap: configMapWith(secret, contentConfigMap(cluster, { role, data }), { cluster, role }), secret, variables };
}

/**
 * The ConfigMap remembers the Secret that goes with it, and is named by both: the operator cannot list Secrets, and so knows which one
 * goes when nothing names the ConfigMap any more.
 */
function configMapWith(
  secret: Manifest | undefined,
  configMap: Manifest,
  { cluster, role }: Pick<ManagedMetastore, "cluster"> & Pick<Parts, "role">,
): Manifest {
  if (secret === undefined) return configMap;
  const name = configurationName(cluster, role, contentHash([configMap.metadata.name, secret.metadata.name]));
  const annotations = { [CONFIGURATION_ANNOTATION]: `${secret.kind}/${secret.metadata.name}` };
  return { ...configMap, metadata: { ...configMap.metadata, name, annotations } };
}
