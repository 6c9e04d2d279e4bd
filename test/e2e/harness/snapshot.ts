/** What there is of a cluster, so that "nothing changed" can be shown and not only said. */
import { list } from "./kubectl.ts";
import type { ClusterName, Pod } from "./trino-cluster.ts";

const KINDS = [
  "trinoclusters",
  "statefulsets.apps",
  "deployments.apps",
  "replicasets.apps",
  "controllerrevisions.apps",
  "pods",
  "services",
  "serviceaccounts",
  "configmaps",
  "secrets",
  "persistentvolumeclaims",
  "jobs.batch",
  "poddisruptionbudgets.policy",
].join();

/** `Kind/name` → what identifies that object's state. */
export type Snapshot = Readonly<Record<string, ObjectState>>;

interface ObjectState {
  readonly uid: string;
  readonly generation: number | undefined;
  readonly resourceVersion: string;
  readonly restarts: number;
}

/** Everything in the namespace of a cluster, whoever made it. */
export async function snapshotOf({ namespace }: Pick<ClusterName, "namespace">): Promise<Snapshot> {
  const objects = await list<Pod>(KINDS, namespace);
  return Object.fromEntries(objects.map((object) => [`${object.kind}/${object.metadata.name}`, stateOf(object)]));
}

function stateOf({ metadata, status }: Pod): ObjectState {
  const { uid, generation, resourceVersion } = metadata;
  const restarts = (status?.containerStatuses ?? []).reduce((sum, container) => sum + container.restartCount, 0);
  return { uid, generation, resourceVersion, restarts };
}

/** The same without resource versions of TrinoClusters, whose status may be written without anything having changed. */
export function withoutStatusWrites(snapshot: Snapshot): Snapshot {
  const entries = Object.entries(snapshot).map(
    ([key, state]) => [key, key.startsWith("TrinoCluster/") ? { ...state, resourceVersion: "" } : state] as const,
  );
  return Object.fromEntries(entries);
}
