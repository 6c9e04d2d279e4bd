/** Executes the metastore's part of a plan. */
import type { MetastorePart, MetastorePlan } from "../../../lifecycle/plan-types.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import { SCHEMA_VERSION_ANNOTATION, WANTED_SCHEMA_VERSION_ANNOTATION } from "../../../trino/labels.ts";
import { metastoreName } from "../../../trino/names.ts";
import type { Manifest, MetastoreResources } from "../../../trino/resources.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { ensureGeneratedSecret } from "../generated-secret.ts";
import { deleteSeen } from "./delete-seen.ts";
import type { Execution } from "./execution.ts";
import { pruneMetastore } from "./prune-metastore.ts";
import { retireMetastore } from "./retire-metastore.ts";
import { scaleDeployment } from "./scale-deployment.ts";
import { unlessGone } from "./unless-gone.ts";

/** Applies what the plan allows, after what it rests on was written down and what is in its way was removed. */
export async function applyMetastore({ cluster, resources: { metastore }, plan }: Execution, ctx: Context): Promise<void> {
  if (!plan.metastore) return;
  await retireMetastore(cluster, plan.metastore.retire, ctx);
  if (!metastore) return;
  for (const secret of metastore.generatedSecrets) await ensureGeneratedSecret(secret, cluster, ctx);
  await Promise.all(metastore.base.map(ctx.apply));
  await recordReports(plan.metastore, cluster, ctx);
  await removeJobs(plan.metastore, cluster, ctx);
  if (plan.metastore.stop) await stopWorkload(cluster, ctx);
  for (const part of plan.metastore.apply) await applyPart(manifestOf(metastore, part), ctx);
  if (plan.metastore.settled) await pruneMetastore({ cluster, metastore }, ctx);
}

function manifestOf(metastore: MetastoreResources, part: MetastorePart): Manifest | undefined {
  const { database, schemaJob, upgradeJob, workload } = metastore;
  return { database, prepare: schemaJob, upgrade: upgradeJob, workload }[part];
}

/** A Job's template cannot be changed: one that is there is left as it is. */
async function applyPart(manifest: Manifest | undefined, ctx: Context): Promise<void> {
  if (!manifest) return;
  const { namespace, name } = manifest.metadata;
  if (manifest.kind === KINDS.Job.kind && ctx.stores.jobs.get({ namespace, name })) return;
  await ctx.apply(manifest);
}

/** A pod may go at any time, and with it what it said. */
async function recordReports({ record }: MetastorePlan, { namespace }: Cluster, ctx: Context): Promise<void> {
  for (const { job, report } of record) {
    const annotations = { [SCHEMA_VERSION_ANNOTATION]: report.schema, [WANTED_SCHEMA_VERSION_ANNOTATION]: report.hive };
    await ctx.patch(KINDS.Job, { namespace, name: job }, { metadata: { annotations } }).catch(unlessGone);
  }
}

/** One that had not begun may have by now. */
async function removeJobs({ remove }: MetastorePlan, { namespace }: Cluster, ctx: Context): Promise<void> {
  for (const seen of remove) await deleteSeen({ type: KINDS.Job, namespace, seen, propagationPolicy: "Background" }, ctx);
}

async function stopWorkload(cluster: Cluster, ctx: Context): Promise<void> {
  const live = ctx.stores.deployments.get({ namespace: cluster.namespace, name: metastoreName(cluster) });
  if (live) await scaleDeployment(live, 0, ctx);
}
