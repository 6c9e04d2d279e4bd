/**
 * Removes revisions that nothing uses any more, with the configuration that only they name.
 * Two unused ones of each role stay as the way back.
 */
import { isRevision, observeRevision } from "../../../lifecycle/observe.ts";
import { BY_CLUSTER } from "../../../lifecycle/stores.ts";
import type { KubernetesObject } from "../../../runtime/object.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import { COMPONENT_LABEL, CONFIGURATION_ANNOTATION, REVISION_LABEL } from "../../../trino/labels.ts";
import type { Resources } from "../../../trino/resources.ts";
import { typeOf } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { unlessGone } from "./unless-gone.ts";

const KEPT_UNUSED = 2;

/** Pairs of revisions that served: the one that does, and the one to go back to. */
const KEPT_SERVED = 2;

/** Deletes the records of unused revisions and the ConfigMaps and Secrets that no record left names. */
export async function pruneRevisions({ cluster, resources }: { cluster: Cluster; resources: Resources }, ctx: Context): Promise<void> {
  const records = ctx.stores.records.byIndex(BY_CLUSTER, cluster.uid).filter(isRevision);
  const wanted = [resources.coordinator.revision.hash, resources.workers.revision.hash];
  const used = new Set([...usedRevisions(ctx, cluster.uid), ...wanted, ...servedRevisions(records)]);
  const spent = spentRecords(records, used);
  if (spent.length === 0) return;
  const kept = new Set(records.filter((record) => !spent.includes(record)).flatMap(configurationOf));
  kept.add(`Secret/${cluster.internalSecret.name}`);
  for (const record of spent) {
    for (const entry of configurationOf(record)) if (!kept.has(entry)) await remove(ctx, cluster.namespace, entry);
    await remove(ctx, cluster.namespace, `ControllerRevision/${record.metadata.name}`, record.metadata.uid);
  }
}

/** Both revisions of the newest pairs that served. */
export function servedRevisions(records: readonly KubernetesObject[]): readonly string[] {
  return records
    .map(observeRevision)
    .flatMap(({ attempt }) => (attempt?.result === "Served" ? [attempt] : []))
    .sort((a, b) => b.since.localeCompare(a.since))
    .slice(0, KEPT_SERVED)
    .flatMap(({ coordinator, workers }) => [coordinator, workers]);
}

/** Revisions that a pod or a workload still has. */
function usedRevisions({ stores }: Context, uid: string): Set<string> {
  const labelled = [stores.pods, stores.statefulSets, stores.deployments].flatMap((store): readonly KubernetesObject[] =>
    store.byIndex(BY_CLUSTER, uid),
  );
  const templates = stores.statefulSets.byIndex(BY_CLUSTER, uid).map((set) => set.spec?.template.metadata?.labels?.[REVISION_LABEL]);
  return new Set(
    [...labelled.map((object) => object.metadata.labels?.[REVISION_LABEL]), ...templates].filter((hash) => hash !== undefined),
  );
}

/** Of each role: all unused records but the newest. */
export function spentRecords(records: readonly KubernetesObject[], used: ReadonlySet<string>): readonly KubernetesObject[] {
  const unused = records.filter((record) => !used.has(record.metadata.labels?.[REVISION_LABEL] ?? ""));
  return ["coordinator", "worker"].flatMap((role) =>
    unused
      .filter((record) => record.metadata.labels?.[COMPONENT_LABEL] === role)
      .sort((a, b) => (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""))
      .slice(KEPT_UNUSED),
  );
}

/** `Kind/name` of the objects that a revision names. */
function configurationOf(record: KubernetesObject): readonly string[] {
  return (record.metadata.annotations?.[CONFIGURATION_ANNOTATION] ?? "").split(",").filter((entry) => entry !== "");
}

async function remove(ctx: Context, namespace: string, entry: string, uid?: string): Promise<void> {
  const [kind = "", name = ""] = entry.split("/");
  await ctx.client.delete(typeOf({ kind }), { namespace, name }, uid === undefined ? {} : { uid }).catch(unlessGone);
}
