/** How the metastore reaches its database. Source: https://hive.apache.org/docs/latest/adminmanual-metastore-3-0-administration_75978150/ */
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { KeyReference, MetastoreDatabase } from "../../cluster.ts";
import { metastoreDatabaseName } from "../../names.ts";
import type { ManagedMetastore } from "./managed.ts";

/** The user and database of an embedded PostgreSQL. */
export const EMBEDDED = { user: "metastore", database: "metastore", port: 5432, passwordKey: "password" } as const;

/** Where the database is, and in what words Hive speaks of it. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  /** schematool's `-dbType`. */
  readonly type: "postgres" | "mysql";
  readonly properties: Readonly<Record<string, string>>;
}

/** By kind of server. The names of the jar are those in a Trino image before and after it began to write the group's name too. */
const SERVERS = {
  postgresql: {
    type: "postgres",
    driver: "org.postgresql.Driver",
    plugin: "postgresql",
    jars: ["postgresql-*.jar", "org.postgresql_postgresql-*.jar"],
  },
  mysql: {
    type: "mysql",
    driver: "com.mysql.cj.jdbc.Driver",
    plugin: "mysql",
    jars: ["mysql-connector-j-*.jar", "com.mysql_mysql-connector-j-*.jar"],
  },
} as const;

const USER_VARIABLE = "METASTORE_DATABASE_USER";
const PASSWORD_VARIABLE = "METASTORE_DATABASE_PASSWORD";

/** Which jar of a Trino image is the driver: the plugin's directory and the patterns of its name. */
export function driverOf(database: MetastoreDatabase): { readonly plugin: string; readonly jars: readonly string[] } {
  return SERVERS[serverOf(database)];
}

/** The connection of a managed metastore; user and password stay in environment variables. */
export function connectionOf({ cluster, metastore: { database } }: ManagedMetastore): Connection {
  const { type, driver } = SERVERS[serverOf(database)];
  const embeddedHost = `${metastoreDatabaseName(cluster)}.${cluster.namespace}.svc`;
  const { host, port, name } =
    database.kind === "embedded" ? { host: embeddedHost, port: EMBEDDED.port, name: EMBEDDED.database } : database;
  return {
    host,
    port,
    type,
    properties: {
      "javax.jdo.option.ConnectionURL": `jdbc:${serverOf(database)}://${host}:${port}/${name}`,
      "javax.jdo.option.ConnectionDriverName": driver,
      "javax.jdo.option.ConnectionUserName": `\${env.${USER_VARIABLE}}`,
      "javax.jdo.option.ConnectionPassword": `\${env.${PASSWORD_VARIABLE}}`,
    },
  };
}

/** The credentials that are in the user's Secret, and so are copied into ours: variable → reference. */
export function databaseCredentials({ database }: ManagedMetastore["metastore"]): Readonly<Record<string, KeyReference>> {
  if (database.kind === "embedded") return {};
  const reference = (key: string): KeyReference => ({ kind: "Secret", name: database.credentialsSecret, key });
  return { [USER_VARIABLE]: reference("username"), [PASSWORD_VARIABLE]: reference("password") };
}

/** The credentials of an embedded database: its password is generated, so that its value is not known here. */
export function embeddedCredentials({ cluster, metastore: { database } }: ManagedMetastore): readonly IEnvVar[] {
  if (database.kind !== "embedded") return [];
  return [
    { name: USER_VARIABLE, value: EMBEDDED.user },
    { name: PASSWORD_VARIABLE, valueFrom: { secretKeyRef: { name: metastoreDatabaseName(cluster), key: EMBEDDED.passwordKey } } },
  ];
}

function serverOf({ kind }: MetastoreDatabase): keyof typeof SERVERS {
  return kind === "embedded" ? "postgresql" : kind;
}
