/** The Hive Metastore: one that the operator runs, or one that is there already. Build time only. */
import { z } from "zod";
import { addition, change } from "./change.ts";
import { image } from "./image.ts";
import { resources } from "./pod.ts";
import { exactlyOne, handedThrough, matching, named, objectName, type Rule, rules, stringMap } from "./primitives.ts";

const CATALOGS_TOO =
  "The metastore's pods are replaced, and so are those of Trino where a catalog uses it: workers first, then the coordinator when no query is unfinished.";
const SCHEMA_FIRST = "The schema Job runs first; then new metastore pods are ready before old ones go. Trino is not touched.";
const NEW_PODS_FIRST = change("metastore", "New metastore pods are ready before old ones go.");

const s3 = z
  .object({
    endpoint: matching("^https?://[^\\s/]+/?$", "must be a URL with scheme and without path, for example https://s3.example.com:9000", 512)
      .optional()
      .describe("URL of the S3 server. Default: that of AWS for the region."),
    region: z.string().min(1).max(64).optional().describe("Region. Default: us-east-1."),
    pathStyle: z
      .boolean()
      .optional()
      .describe("Whether the bucket stands in the path instead of the host name, as most S3 servers outside AWS want it. Default: false."),
    credentialsSecret: objectName()
      .optional()
      .describe(
        "Name of a Secret with the keys accessKey and secretKey. Default: none, the credentials of the pod's environment, for example workload identity.",
      ),
  })
  .meta({ ...named("WarehouseS3Spec", "How an S3 server is reached."), ...change(["metastore", "all"], CATALOGS_TOO) });

const warehouse = z
  .object({
    location: matching("^(s3|s3a|gs|abfs|abfss|hdfs|file)://?/?.+$", "must be a URI, for example s3://bucket/warehouse", 1024)
      .meta(
        change(
          "metastore",
          "New metastore pods are ready before old ones go; tables that exist stay where they are. A change from or to S3 is one of `warehouse.s3` too.",
        ),
      )
      .describe("Where tables are kept, for example s3://bucket/warehouse."),
    s3: s3.optional().describe("How the S3 server of the location is reached."),
  })
  .meta({
    ...named("WarehouseSpec", "Where tables are kept."),
    ...rules({
      rule: "!has(self.s3) || self.location.startsWith('s3')",
      message: "s3 goes with a location that begins with s3://; change location, or remove s3",
    }),
  });

function externalDatabase(port: number, name: string): z.ZodType {
  return z
    .object({
      host: z.string().min(1).max(253).describe("Host name or address of the database server."),
      port: z.int().min(1).max(65535).optional().meta({ format: "int32" }).describe(`Port of the database server. Default: ${port}.`),
      name: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .describe("Name of the database; it must exist, its tables are made by the operator. Default: metastore."),
      credentialsSecret: objectName().describe("Name of a Secret with the keys username and password."),
    })
    .meta({
      ...named(name, "A database server that is there already."),
      ...addition(
        ["metastore", "schema"],
        "The schema Job makes or finds the schema there; then the metastore's pods are replaced. What the database of before holds is not copied.",
      ),
    });
}

const DEFAULT_STORAGE = "5Gi";

const embedded = z
  .object({
    storage: matching("^[1-9][0-9]*(\\.[0-9]+)?(Mi|Gi|Ti)$", "must be a Kubernetes quantity with unit, for example 5Gi", 32)
      .default(DEFAULT_STORAGE)
      .meta(change("fixed", "The volume exists: resize the PersistentVolumeClaim, or make a new cluster."))
      .describe(`Size of the database's volume, as a Kubernetes quantity. Cannot be changed. Default: ${DEFAULT_STORAGE}.`),
    storageClass: z
      .string()
      .max(253)
      .optional()
      .meta(change("fixed", "The volume exists: make a new cluster."))
      .describe("StorageClass of the volume. Cannot be changed. Default: the cluster's default class."),
    image: image({ repository: "postgres", tag: "17" })
      .optional()
      .meta(
        change(
          "database",
          "The database's pod restarts at once; until it is back, queries that need the metastore fail. Another major version does not start on the old volume.",
        ),
      )
      .describe("Image of the PostgreSQL server."),
  })
  .meta({
    ...named("EmbeddedDatabaseSpec", "A PostgreSQL server run by the operator."),
    ...addition(
      ["database", "schema", "metastore"],
      "The database starts, the schema Job makes or finds the schema; then the metastore's pods are replaced. What the database of before holds is not copied.",
    ),
  });

const databases = ["embedded", "postgresql", "mysql"];

const database = z
  .object({
    embedded: embedded.optional().describe("A PostgreSQL server with one volume, run by the operator."),
    postgresql: externalDatabase(5432, "PostgresqlSpec").optional().describe("A PostgreSQL server that is there already."),
    mysql: externalDatabase(3306, "MysqlSpec").optional().describe("A MySQL or MariaDB server that is there already."),
  })
  .meta({
    ...named("MetastoreDatabaseSpec", "Where a metastore keeps its tables."),
    ...change(["metastore", "schema"], SCHEMA_FIRST),
    ...rules(exactlyOne(databases, "set exactly one of embedded, postgresql and mysql")),
  });

const external = z
  .object({
    uris: z
      .array(
        matching(
          "^thrift://[^\\s/]+:[0-9]+$",
          "must be thrift://, a host and a port, for example thrift://metastore.example.com:9083",
          512,
        ),
      )
      .min(1)
      .max(16)
      .describe("Thrift URIs of the metastore, for example thrift://metastore.example.com:9083. More than one are tried in turn."),
  })
  .meta({
    ...named("ExternalMetastoreSpec", "A metastore that is there already."),
    ...change("all", "Where a catalog uses it: workers are replaced first, then the coordinator restarts when no query is unfinished."),
    ...addition(
      "all",
      "The catalogs that use it find the other metastore: workers are replaced first, then the coordinator restarts when no query is unfinished. Metadata is not copied.",
    ),
  });

const managedFields = {
  version: matching("^[0-9]+\\.[0-9]+\\.[0-9]+$", "must be a version of Hive, for example 4.0.1", 32)
    .optional()
    .meta(
      change(
        ["metastore", "schema"],
        "A schema Job looks first. With the same schema, new pods are ready before old ones go. A newer schema needs `upgradeSchemaFrom`, and the metastore is stopped for its upgrade; an older one is refused. What is refused leaves the old pods as they are.",
      ),
    )
    .describe(
      "Version of Hive. One with the same schema, such as another patch release, is rolled out; one with a newer schema needs upgradeSchemaFrom; one with an older schema is refused. Default: 4.0.1 from Trino 480 on, 3.1.3 below; fixed when the cluster is created.",
    ),
  upgradeSchemaFrom: matching(
    "^[0-9]+\\.[0-9]+\\.[0-9]+(-[a-z0-9-]+)?$",
    "must be a version of Hive or of its schema, for example 3.1.0",
    32,
  )
    .optional()
    .meta(
      change(
        "none",
        "It allows what another `version` asks for, and does nothing by itself. Where an upgrade was refused for want of it, the metastore stops, its schema is upgraded, and it starts again.",
      ),
    )
    .describe(
      "The version of the database's schema, or of the Hive that made it, that may be upgraded to that of version. There is no way back: make a backup of the database first. The metastore stops while its schema is upgraded. A database with another schema is left alone, so that the field may stay when the upgrade is done. Default: none, a schema is never upgraded.",
    ),
  image: image({ repository: "apache/hive", tag: "the version" }, { pullPolicy: NEW_PODS_FIRST, pullSecrets: NEW_PODS_FIRST })
    .optional()
    .meta(change(["metastore", "schema"], SCHEMA_FIRST))
    .describe("Image of the metastore."),
  replicas: z
    .int()
    .min(0)
    .max(16)
    .optional()
    .meta({ format: "int32", ...change("none", "Pods are added or removed; the others stay.") })
    .describe("Number of metastore pods. Default: 1."),
  resources: resources.optional().describe("Resources of the metastore's container. Default: memory 1Gi, cpu request 100m."),
  warehouse: warehouse
    .optional()
    .describe(
      "Where tables are kept. Default: file:///tmp/warehouse, which is enough for metadata only; give an object store to keep tables.",
    ),
  database: database.optional().describe("Where the metastore keeps its tables. Default: embedded."),
  config: stringMap(256)
    .optional()
    .describe("Overrides in the metastore's configuration (metastore-site.xml), key and value. Default: none."),
  podTemplate: handedThrough()
    .optional()
    .meta(
      change(
        ["metastore", "database"],
        "New metastore pods are ready before old ones go. The embedded database restarts, if the patch reaches it; meanwhile the metastore does not answer.",
      ),
    )
    .describe(
      "Strategic merge patch on pod templates: the last resort for what has no field of its own. Metadata and the fields of the pod, such as nodeSelector, tolerations, priorityClassName, imagePullSecrets and securityContext, reach the metastore, the Jobs of its schema and the embedded database, whose pod then restarts. A container is patched where there is one of its name: metastore; schema in the Jobs; postgresql in the database; jdbc-driver in metastore and Jobs. Other containers are added to the metastore alone. The operator checks it and reports what cannot be applied in the status. Default: none.",
    ),
  retentionPolicy: z
    .enum(["Retain", "Delete"])
    .optional()
    .meta(change("none", "It counts when the cluster is deleted."))
    .describe(
      "What happens to the embedded database's volume and password, always together, when the cluster is deleted. Default: Retain.",
    ),
};

/** The embedded database's volume cannot be changed, also where it is there by default. In CEL, of `self` or `oldSelf`. */
const isEmbedded = (of: string): string => `!has(${of}.external) && (!has(${of}.database) || has(${of}.database.embedded))`;
const storageOf = (of: string): string => `(has(${of}.database) ? ${of}.database.embedded.storage : '${DEFAULT_STORAGE}')`;
const storageClassOf = (of: string): string =>
  `(has(${of}.database) && has(${of}.database.embedded.storageClass) ? ${of}.database.embedded.storageClass : '')`;
const sameWhereEmbedded = (part: (of: string) => string): string =>
  `!(${isEmbedded("self")} && ${isEmbedded("oldSelf")}) || ${part("self")} == ${part("oldSelf")}`;

const sameVolume: readonly Rule[] = [
  {
    rule: sameWhereEmbedded(storageOf),
    message:
      "database.embedded.storage cannot be changed, because the volume exists; resize the PersistentVolumeClaim, or make a new cluster",
  },
  {
    rule: sameWhereEmbedded(storageClassOf),
    message: "database.embedded.storageClass cannot be changed, because the volume exists; make a new cluster",
  },
];

/** The metastore: the managed one's fields, or `external` alone. */
export const hiveMetastore: z.ZodType = z
  .object({
    ...managedFields,
    external: external.optional().describe("A Hive Metastore that is there already, instead of one that the operator runs."),
  })
  .meta({
    ...named("HiveMetastoreSpec", "A Hive Metastore: a managed one, or an external one."),
    ...change("metastore", "New metastore pods are ready before old ones go; Trino is not touched."),
    ...addition(
      ["database", "schema", "metastore"],
      "Added: database, schema and metastore start, in this order. Removed: only when no catalog says `metastore: managed`; it goes when Trino does not use it any more, and the volume and the password of an embedded database stay.",
    ),
    ...rules(
      {
        rule: `!has(self.external) || !(${Object.keys(managedFields)
          .map((field) => `has(self.${field})`)
          .join(" || ")})`,
        message: "external stands alone, because the operator does not run that metastore; remove external, or everything beside it",
      },
      {
        rule: "!has(self.upgradeSchemaFrom) || has(self.version)",
        message: "upgradeSchemaFrom goes with the version that it is upgraded to; add version, or remove upgradeSchemaFrom",
      },
      ...sameVolume,
    ),
  });
