/** Names that are taken. */
import type { KubernetesObject } from "../../runtime/object.ts";
import { CLUSTER_LABEL, CLUSTER_UID_LABEL } from "../../trino/labels.ts";

/** Thrown when an object that we would make is there already and belongs to somebody else. Nothing is adopted. */
export class NameConflict extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} is there already and does not belong to this TrinoCluster: rename the cluster, or remove that object`, { cause });
    this.name = "NameConflict";
  }
}

/** Thrown when it belongs to a deleted cluster of the same name: garbage collection is about to remove it. */
export class PredecessorLeft extends Error {
  constructor(what: string) {
    super(`${what} of the deleted cluster of the same name is there yet`);
    this.name = "PredecessorLeft";
  }
}

/** The error for an object that is not ours, in the way of a child of the cluster of this name. */
export function notOurs(what: string, predecessorOf: string | undefined, cluster: string | undefined): NameConflict | PredecessorLeft {
  return predecessorOf !== undefined && predecessorOf === cluster ? new PredecessorLeft(what) : new NameConflict(what);
}

/** The name of the cluster with which an object goes; undefined where it has no such owner, as after `--cascade=orphan`. */
export function goesWith({ metadata: { labels, ownerReferences } }: KubernetesObject): string | undefined {
  const uid = labels?.[CLUSTER_UID_LABEL];
  return uid !== undefined && ownerReferences?.some((owner) => owner.uid === uid) ? labels?.[CLUSTER_LABEL] : undefined;
}
