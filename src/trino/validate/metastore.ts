/** The Hive Metastore. */
import type { HiveMetastoreSpec, ImageSpec } from "../../api/v1alpha1/types.ts";
import type { Metastore, MetastoreDatabase, WarehouseS3 } from "../cluster.ts";
import { S3_CREDENTIAL_KEYS } from "../features/metastore-client.ts";
import { compareSchemaVersions, schemaVersionOf } from "../hive-versions.ts";
import type { Findings } from "./findings.ts";
import { parseImage } from "./image.ts";
import { defaultHeap, parseLimit } from "./memory.ts";
import type { Resolver } from "./resolver.ts";
import { parseResources } from "./resources.ts";

/** What the checks of a metastore need beside its spec. */
export interface MetastoreInput {
  /** Trino's version. */
  readonly version: number;
  /** Hive's version as it was chosen when the cluster was made; undefined before that. */
  readonly chosenVersion: string | undefined;
  readonly trinoImage: ImageSpec | undefined;
  readonly resolver: Resolver;
  readonly findings: Findings;
}

const FIELD = "spec.hiveMetastore";
const DEFAULT_RESOURCES = { cpu: "100m", memory: "1Gi" } as const;
/** Trino from 480 on works with the statistics of Hive 4. Source: https://trino.io/docs/current/release/release-480.html */
const FIRST_TRINO_WITH_HIVE_4 = 480;
const POSTGRES_TAG = "17";
/** The Trino image that drivers are taken from; it does not follow the cluster's version, so that an upgrade restarts nothing. */
const DRIVER_VERSION = "476";
/** Enough for metadata; tables need an object store. */
const LOCAL_WAREHOUSE = "file:///tmp/warehouse";
const DATABASE_NAME = "metastore";

/** Keys of a Secret of database credentials. */
const DATABASE_CREDENTIAL_KEYS = { username: "username", password: "password" } as const;

/** Parses the metastore, with every default filled in. */
export function parseMetastore(spec: HiveMetastoreSpec, input: MetastoreInput): Metastore {
  if (spec.external) return { kind: "external", uris: spec.external.uris };
  const version = spec.version ?? input.chosenVersion ?? (input.version >= FIRST_TRINO_WITH_HIVE_4 ? "4.0.1" : "3.1.3");
  const resources = parseResources(FIELD, { spec: spec.resources ?? {}, defaults: DEFAULT_RESOURCES }, input.findings);
  const limit = parseLimit(FIELD, resources, input.findings);
  const location = spec.warehouse?.location ?? LOCAL_WAREHOUSE;
  return {
    kind: "managed",
    version,
    upgradeSchemaFrom: parseUpgrade(spec.upgradeSchemaFrom, version, input.findings),
    image: parseImage(spec.image, { repository: "apache/hive", tag: version }),
    driverImage: driverImage(input.trinoImage),
    replicas: spec.replicas ?? 1,
    memory: { limit, heap: parseHeap(limit, input.findings) },
    resources,
    warehouse: { location, s3: parseS3(location, spec, input.resolver) },
    database: parseDatabase(spec, input.resolver),
    config: spec.config ?? {},
    template: spec.podTemplate,
    retentionPolicy: spec.retentionPolicy ?? "Retain",
  };
}

/** A version of Hive is as good as that of its schema. One that is reached already may stay in the spec; a newer one never can be. */
function parseUpgrade(from: string | undefined, version: string, findings: Findings): string | undefined {
  if (from === undefined) return undefined;
  const [old, wanted] = [schemaVersionOf(from), schemaVersionOf(version)];
  if (compareSchemaVersions(old, wanted) > 0) {
    findings.refuse(
      `${FIELD}.upgradeSchemaFrom`,
      `The schema ${old} is newer than that of Hive ${version}, which is ${wanted}; a schema cannot be downgraded.`,
      "Name the version of the schema that the database has, or remove the field.",
    );
  }
  return old === wanted ? undefined : old;
}

/** From the registry of the cluster's own Trino image, which may be the only one that can be reached. How that is pulled is its own affair. */
function driverImage(trino: ImageSpec | undefined): ReturnType<typeof parseImage> {
  const { repository, pullSecrets } = trino ?? {};
  const own = {
    ...(repository === undefined ? {} : { repository }),
    ...(pullSecrets === undefined ? {} : { pullSecrets }),
  };
  return parseImage(own, { repository: "trinodb/trino", tag: DRIVER_VERSION });
}

function parseHeap(limit: number, findings: Findings): number {
  const heap = defaultHeap(limit);
  if (heap > 0) return heap;
  findings.refuse(`${FIELD}.resources.limits.memory`, "The limit leaves nothing for the heap.", "Set it to 1Gi or more.");
  return limit;
}

/** Whether tables are on S3. */
function parseS3(location: string, { warehouse }: HiveMetastoreSpec, resolver: Resolver): WarehouseS3 | undefined {
  if (!location.startsWith("s3")) return undefined;
  const { endpoint, region = "us-east-1", pathStyle = false, credentialsSecret } = warehouse?.s3 ?? {};
  if (credentialsSecret !== undefined) {
    for (const key of Object.values(S3_CREDENTIAL_KEYS)) {
      resolver.key(`${FIELD}.warehouse.s3.credentialsSecret`, { kind: "Secret", name: credentialsSecret, key });
    }
  }
  return { endpoint, region, pathStyle, credentialsSecret };
}

/** The kinds of databases that are there already, with their ports. */
const EXTERNAL_DATABASES = [
  { kind: "postgresql", port: 5432 },
  { kind: "mysql", port: 3306 },
] as const;

function parseDatabase({ database = {} }: HiveMetastoreSpec, resolver: Resolver): MetastoreDatabase {
  for (const { kind, port } of EXTERNAL_DATABASES) {
    const server = database[kind];
    if (server === undefined) continue;
    for (const key of Object.values(DATABASE_CREDENTIAL_KEYS)) {
      resolver.key(`${FIELD}.database.${kind}.credentialsSecret`, { kind: "Secret", name: server.credentialsSecret, key });
    }
    return {
      kind,
      host: server.host,
      port: server.port ?? port,
      name: server.name ?? DATABASE_NAME,
      credentialsSecret: server.credentialsSecret,
    };
  }
  const { storage = "5Gi", storageClass, image } = database.embedded ?? {};
  return { kind: "embedded", storage, storageClass, image: parseImage(image, { repository: "postgres", tag: POSTGRES_TAG }) };
}
