/** Everything that belongs to a managed metastore. */
import { TEMPLATE_ANNOTATION } from "../../labels.ts";
import type { Manifest, MetastoreResources } from "../../resources.ts";
import { podDisruptionBudget } from "../pod-disruption-budget.ts";
import { metastoreConfiguration, schemaConfiguration } from "./configuration.ts";
import { databasePassword, databaseService, databaseStatefulSet } from "./database.ts";
import type { ManagedMetastore } from "./managed.ts";
import { schemaJobs } from "./schema-job.ts";
import { metastoreDeployment, metastoreService } from "./workload.ts";

/** Renders the metastore, in the groups in which it must come up. */
export function metastoreResources(managed: ManagedMetastore): MetastoreResources {
  const { cluster, metastore } = managed;
  const configuration = metastoreConfiguration(managed);
  const schema = schemaConfiguration(managed);
  const jobs = schemaJobs(managed, schema);
  const embedded = metastore.database.kind === "embedded" ? metastore.database : undefined;
  const workload = metastoreDeployment(managed, configuration);
  const database = embedded && databaseStatefulSet(managed, embedded);
  const configurations = [configuration, schema].flatMap(({ configMap, secret }): readonly Manifest[] => [
    configMap,
    ...(secret ? [secret] : []),
  ]);
  return {
    base: [
      ...configurations,
      ...(embedded ? [databaseService(managed)] : []),
      metastoreService(managed),
      podDisruptionBudget(cluster, "metastore", "Allow"),
    ],
    database,
    schemaJob: jobs.prepare,
    upgradeJob: jobs.upgrade,
    target: { ...jobs.target, workloadTemplate: templateOf(workload), databaseTemplate: database && templateOf(database) },
    workload,
    generatedSecrets: embedded ? [databasePassword(managed)] : [],
  };
}

function templateOf({ metadata }: Manifest): string {
  return metadata.annotations?.[TEMPLATE_ANNOTATION] ?? "";
}
