/** Recalls the revisions that the plan goes for: mostly those that were just rendered, after a failure remembered ones. */
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { KubernetesObject } from "../../../runtime/object.ts";
import type { Cluster, RoleName } from "../../../trino/cluster.ts";
import { recordName } from "../../../trino/names.ts";
import type { Manifest, Revision } from "../../../trino/resources.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution, TargetRevisions } from "./execution.ts";

/** The revisions of the plan's target. One read for each that is not rendered: it is immutable, so once in a process. */
export async function recallRevisions({ cluster, resources, plan: { target } }: Execution, ctx: Context): Promise<TargetRevisions> {
  const find = (role: RoleName, rendered: Revision, hash: string): Revision | Promise<Revision> =>
    rendered.hash === hash ? rendered : recall({ cluster, role, hash }, ctx);
  return {
    coordinator: await find("coordinator", resources.coordinator.revision, target.coordinator),
    workers: await find("worker", resources.workers.revision, target.workers),
  };
}

interface Record extends KubernetesObject {
  readonly data: { readonly version: number; readonly template: IPodTemplateSpec };
}

/** A remembered revision. */
export async function recall(
  { cluster, role, hash }: { readonly cluster: Cluster; readonly role: RoleName; readonly hash: string },
  ctx: Context,
): Promise<Revision> {
  const key = `${role}/${hash}`;
  const known = ctx.recalled.get(cluster.uid, key);
  if (known) return known;
  const record = await ctx.client.get<Record>(KINDS.ControllerRevision, {
    namespace: cluster.namespace,
    name: recordName(cluster, role, hash),
  });
  // Its configuration is there as long as its record is: they are pruned together.
  const revision = {
    hash,
    version: record.data.version,
    template: record.data.template,
    configuration: [],
    record: record as unknown as Manifest,
  };
  ctx.recalled.put(cluster.uid, key, revision);
  return revision;
}
