/** Executes the metastore's part of a plan. */
import type { Plan } from "../../../lifecycle/plan-types.ts";
import type { MetastoreResources, Resources } from "../../../trino/resources.ts";
import type { Context } from "../context.ts";
import { ensureGeneratedSecret } from "../generated-secret.ts";
import type { Execution } from "./execution.ts";

/** Applies the metastore as far as its stage allows. */
export async function applyMetastore({ cluster, resources: { metastore }, plan }: Execution, ctx: Context): Promise<void> {
  if (!metastore || plan.metastore === "none") return;
  for (const secret of metastore.generatedSecrets) await ensureGeneratedSecret(secret, cluster, ctx);
  await Promise.all(metastore.base.map(ctx.apply));
  for (const manifest of stageManifests(metastore, plan.metastore)) await ctx.apply(manifest);
}

/** A stage applies what the stages before it made as well, so that their drift is repaired. */
function stageManifests(metastore: MetastoreResources, stage: Exclude<Plan["metastore"], "none">): readonly Resources["base"][number][] {
  const database = metastore.database ? [metastore.database] : [];
  const schema = [...database, metastore.schemaJob];
  return { database, schema, serve: [...schema, metastore.workload] }[stage];
}
