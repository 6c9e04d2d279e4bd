/**
 * Removes a managed metastore that the spec has no more. The volume and the password of an embedded database stay: `retentionPolicy` was
 * a word about the end of the cluster, and a metastore that is added again finds both.
 */
import { BY_CLUSTER } from "../../../lifecycle/stores.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import { COMPONENT_LABEL } from "../../../trino/labels.ts";
import type { Component } from "../../../trino/resources/metadata.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { deleteMetastoreConfiguration } from "./prune-metastore.ts";
import { unlessGone } from "./unless-gone.ts";

/** What runs goes last: as long as it is there, the plan comes back to the rest. */
const KINDS_IN_ORDER = [KINDS.PodDisruptionBudget, KINDS.Service, KINDS.Job, KINDS.StatefulSet, KINDS.Deployment] as const;

const COMPONENTS: readonly Component[] = ["metastore", "metastore-db", "metastore-schema"];

/** Deletes everything of the metastore but what is retained. */
export async function retireMetastore(cluster: Cluster, ctx: Context): Promise<void> {
  await deleteMetastoreConfiguration(cluster, ctx);
  for (const type of KINDS_IN_ORDER) {
    const objects = ctx.stores.ofKind(type.kind)?.byIndex(BY_CLUSTER, cluster.uid) ?? [];
    for (const { metadata } of objects) {
      if (!COMPONENTS.includes(metadata.labels?.[COMPONENT_LABEL] as Component)) continue;
      const { namespace = "", name, uid = "" } = metadata;
      await ctx.client.delete(type, { namespace, name }, { uid, propagationPolicy: "Background" }).catch(unlessGone);
    }
  }
}
