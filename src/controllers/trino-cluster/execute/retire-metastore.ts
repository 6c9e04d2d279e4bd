/**
 * Removes what the spec has no more of a managed metastore. The volume and the password of an embedded database stay: `retentionPolicy` was
 * a word about the end of the cluster, and a metastore that is added again finds both.
 */
import type { MetastoreComponent } from "../../../lifecycle/plan-types.ts";
import { BY_CLUSTER } from "../../../lifecycle/stores.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import { COMPONENT_LABEL } from "../../../trino/labels.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { deleteMetastoreConfiguration } from "./prune-metastore.ts";
import { unlessGone } from "./unless-gone.ts";

/** What runs goes last: as long as it is there, the plan comes back to the rest. */
const KINDS_IN_ORDER = [KINDS.PodDisruptionBudget, KINDS.Service, KINDS.Job, KINDS.StatefulSet, KINDS.Deployment] as const;

/** Deletes everything of these components but what is retained. */
export async function retireMetastore(cluster: Cluster, components: readonly MetastoreComponent[], ctx: Context): Promise<void> {
  if (components.includes("metastore")) await deleteMetastoreConfiguration(cluster, ctx);
  const retired = new Set<string | undefined>(components);
  for (const type of components.length === 0 ? [] : KINDS_IN_ORDER) {
    const objects = ctx.stores.ofKind(type.kind)?.byIndex(BY_CLUSTER, cluster.uid) ?? [];
    for (const { metadata } of objects.filter(({ metadata }) => retired.has(metadata.labels?.[COMPONENT_LABEL]))) {
      const { namespace = "", name, uid = "" } = metadata;
      await ctx.client.delete(type, { namespace, name }, { uid, propagationPolicy: "Background" }).catch(unlessGone);
    }
  }
}
