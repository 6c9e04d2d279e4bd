/**
 * The metastore's properties in the catalogs that use it. The user's own value for any of them wins.
 * Source: https://trino.io/docs/current/object-storage/metastores.html, https://trino.io/docs/current/object-storage/file-system-s3.html
 */
import type { Catalog, Cluster, KeyReference, Metastore, WarehouseS3 } from "../cluster.ts";
import type { Contribution, PropertySettings } from "../contribution.ts";
import type { Feature } from "../feature.ts";
import { metastoreName } from "../names.ts";
import { catalogFile } from "./catalogs.ts";

/** The thrift port of every Hive Metastore. */
export const METASTORE_PORT = 9083;

/** The version that renamed `fs.native-s3.enabled`; the new name is fatal below, the old one only warns above. */
const FIRST_VERSION_WITH_SHORT_NAME = 481;

const ACCESS_KEY_VARIABLE = "WAREHOUSE_S3_ACCESS_KEY";
const SECRET_KEY_VARIABLE = "WAREHOUSE_S3_SECRET_KEY";

/** Keys of a Secret of S3 credentials. */
export const S3_CREDENTIAL_KEYS = { accessKey: "accessKey", secretKey: "secretKey" } as const;

/** Defaults, so that a catalog's own properties beat them. */
export const metastoreClient: Feature = {
  name: "metastore-client",
  layer: "default",
  contribute: (cluster) => {
    const { metastore } = cluster;
    const users = cluster.catalogs.filter((catalog) => catalog.usesMetastore);
    if (metastore === undefined || users.length === 0) return {};
    const s3 = metastore.kind === "managed" ? metastore.warehouse.s3 : undefined;
    return {
      files: Object.fromEntries(users.map((catalog) => [catalogFile(catalog.name), settingsFor(catalog, cluster, metastore)])),
      ...credentials(s3, users),
    };
  },
};

/** The address at which clients find the metastore. */
function metastoreUri(cluster: Pick<Cluster, "name" | "namespace">, metastore: Metastore): string {
  if (metastore.kind === "external") return metastore.uris.join(",");
  return `thrift://${metastoreName(cluster)}.${cluster.namespace}.svc:${METASTORE_PORT}`;
}

function settingsFor(catalog: Catalog, cluster: Cluster, metastore: Metastore): PropertySettings {
  const s3 = metastore.kind === "managed" ? metastore.warehouse.s3 : undefined;
  return {
    "hive.metastore.uri": { value: metastoreUri(cluster, metastore), field: "spec.hiveMetastore" },
    ...(s3 ? withField("spec.hiveMetastore.warehouse.s3", s3Settings(cluster.version, s3, catalog)) : {}),
  };
}

function s3Settings(version: number, s3: WarehouseS3, catalog: Catalog): Record<string, string> {
  return {
    ...(hasFileSystem(catalog) ? {} : { [version < FIRST_VERSION_WITH_SHORT_NAME ? "fs.native-s3.enabled" : "fs.s3.enabled"]: "true" }),
    ...(s3.endpoint === undefined ? {} : { "s3.endpoint": s3.endpoint }),
    ...(s3.region === undefined ? {} : { "s3.region": s3.region }),
    ...(s3.pathStyle ? { "s3.path-style-access": "true" } : {}),
    ...(usesWarehouseCredentials(s3, catalog)
      ? { "s3.aws-access-key": `\${ENV:${ACCESS_KEY_VARIABLE}}`, "s3.aws-secret-key": `\${ENV:${SECRET_KEY_VARIABLE}}` }
      : {}),
  };
}

/** The user chose under one of its two names; both together would conflict. */
function hasFileSystem({ properties }: Catalog): boolean {
  return "fs.native-s3.enabled" in properties || "fs.s3.enabled" in properties;
}

/** Half of a pair of credentials is worse than none: where the catalog has its own, it has both. */
function usesWarehouseCredentials(s3: WarehouseS3, { properties, secretProperties }: Catalog): boolean {
  const own = ["s3.aws-access-key", "s3.aws-secret-key", "s3.iam-role"].some((key) => key in properties || key in secretProperties);
  return s3.credentialsSecret !== undefined && !own;
}

function credentials(s3: WarehouseS3 | undefined, users: readonly Catalog[]): Pick<Contribution, "secretEnv"> {
  const secret = s3?.credentialsSecret;
  if (s3 === undefined || secret === undefined || !users.some((catalog) => usesWarehouseCredentials(s3, catalog))) return {};
  const reference = (key: string): KeyReference => ({ kind: "Secret", name: secret, key });
  return {
    secretEnv: {
      [ACCESS_KEY_VARIABLE]: reference(S3_CREDENTIAL_KEYS.accessKey),
      [SECRET_KEY_VARIABLE]: reference(S3_CREDENTIAL_KEYS.secretKey),
    },
  };
}

function withField(field: string, settings: Readonly<Record<string, string>>): PropertySettings {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, { value, field }]));
}
