/**
 * The Jobs that look after the metastore's schema. Only they change it, and never two at once.
 * Source: https://hive.apache.org/docs/latest/hive-schema-tool_34835119/
 */
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import { contentHash } from "../../hash.ts";
import { DATABASE_ANNOTATION, HIVE_VERSION_ANNOTATION, REVISION_LABEL, SCHEMA_TASK_ANNOTATION, TEMPLATE_ANNOTATION } from "../../labels.ts";
import { schemaJobName } from "../../names.ts";
import type { Manifest, SchemaTarget } from "../../resources.ts";
import { MEBIBYTE } from "../../units/data-size.ts";
import { labelsOf, ownedMetadata } from "../metadata.ts";
import type { MetastoreConfiguration } from "./configuration.ts";
import { connectionOf } from "./connection.ts";
import type { ManagedMetastore } from "./managed.ts";
import { metastorePod } from "./pod.ts";
import { METASTORE_CONTAINERS, patchedCompanionPod } from "./pod-patch.ts";
import { prepareScript, upgradeScript } from "./schema-script.ts";

/** The Jobs, and what they are told from others by. */
export interface SchemaJobs {
  readonly prepare: Manifest;
  readonly upgrade: Manifest | undefined;
  readonly target: SchemaTarget;
}

/** To make the schema may be tried again. To upgrade it may not: what a first try has changed already, a second one stumbles over. */
const BACKOFF_LIMITS = { prepare: 6, upgrade: 0 } as const;

/** Makes the Jobs. */
export function schemaJobs(managed: ManagedMetastore, configuration: MetastoreConfiguration): SchemaJobs {
  const { version, image, upgradeSchemaFrom } = managed.metastore;
  const connection = connectionOf(managed);
  const database = contentHash(connection.properties["javax.jdo.option.ConnectionURL"]);
  const revision = contentHash([version, image.reference, connection.properties, configuration.secret?.metadata.name ?? ""]);
  const parts = { managed, configuration, revision, database };
  const prepare = schemaJob({ ...parts, task: "prepare", name: revision, script: prepareScript(connection) });
  const upgrade =
    upgradeSchemaFrom === undefined
      ? undefined
      : schemaJob({
          ...parts,
          task: "upgrade",
          name: contentHash([revision, upgradeSchemaFrom]),
          script: upgradeScript(connection, upgradeSchemaFrom),
        });
  return {
    prepare,
    upgrade,
    target: { revision, database, prepare: targetOf(prepare), upgrade: upgrade && targetOf(upgrade) },
  };
}

function targetOf({ metadata }: Manifest): SchemaTarget["prepare"] {
  return { name: metadata.name, template: metadata.annotations?.[TEMPLATE_ANNOTATION] ?? "" };
}

interface Parts {
  readonly managed: ManagedMetastore;
  readonly configuration: MetastoreConfiguration;
  readonly revision: string;
  readonly database: string;
  readonly task: "prepare" | "upgrade";
  /** The hash in its name: over what it does, so that neither a node selector nor another operator makes it run again. */
  readonly name: string;
  readonly script: string;
}

function schemaJob({ managed, configuration, revision, database, task, name, script }: Parts): Manifest {
  const { cluster, metastore } = managed;
  const template = podTemplate(managed, { configuration, script });
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: ownedMetadata(cluster, {
      name: schemaJobName(cluster, name),
      labels: { ...labelsOf(cluster, "metastore-schema"), [REVISION_LABEL]: revision },
      annotations: {
        [HIVE_VERSION_ANNOTATION]: metastore.version,
        [DATABASE_ANNOTATION]: database,
        [SCHEMA_TASK_ANNOTATION]: task,
        [TEMPLATE_ANNOTATION]: contentHash(template),
      },
    }),
    spec: { backoffLimit: BACKOFF_LIMITS[task], template },
  };
}

/** Its own, so that other resources of the metastore do not make it run again. */
const RESOURCES = { requests: { cpu: "100m", memory: "1Gi" }, limits: { memory: "1Gi" } } as const;
const HEAP = 512 * MEBIBYTE;
/** The script ends at once when it only waits or looks; while it changes the schema nothing may cut it off. */
const GRACE_SECONDS = 3600;

function podTemplate(
  managed: ManagedMetastore,
  { configuration, script }: { configuration: MetastoreConfiguration; script: string },
): IPodTemplateSpec {
  const labels = labelsOf(managed.cluster, "metastore-schema");
  const template = {
    metadata: { labels },
    spec: metastorePod(managed, {
      configuration,
      heap: HEAP,
      jars: [],
      container: { name: METASTORE_CONTAINERS.schema, command: ["/bin/bash", "-c", script], resources: RESOURCES },
      spec: { restartPolicy: "Never", terminationGracePeriodSeconds: GRACE_SECONDS },
    }),
  };
  return patchedCompanionPod({ template, labels, patch: managed.metastore.template });
}
