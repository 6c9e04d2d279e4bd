/** Looking at a TrinoCluster and at the pods that belong to it. */
import type { Condition, TrinoCluster } from "../../../src/api/v1alpha1/types.ts";
import { CLUSTER_LABEL, COMPONENT_LABEL } from "../../../src/trino/labels.ts";
import { get, kubectl, type Live, list } from "./kubectl.ts";
import { waitFor } from "./wait-for.ts";

/** Which TrinoCluster. */
export interface ClusterName {
  readonly namespace: string;
  readonly name: string;
}

/** The part of a pod that tests look at. */
export interface Pod extends Live {
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string }[];
    readonly containerStatuses?: readonly { readonly name: string; readonly restartCount: number }[];
  };
}

/** The TrinoCluster as it is now. */
export async function clusterOf({ namespace, name }: ClusterName): Promise<TrinoCluster & Live> {
  return get<TrinoCluster & Live>("trinocluster", name, namespace);
}

/** A condition of the spec as it is now; throws when the operator has not yet looked at that. */
export async function conditionOf(cluster: ClusterName, type: string): Promise<Condition> {
  const { metadata, status } = await clusterOf(cluster);
  const condition = status?.conditions?.find((candidate) => candidate.type === type);
  if (!condition) throw new Error(`${cluster.name} has no condition ${type}`);
  if (condition.observedGeneration !== metadata.generation) {
    throw new Error(`${cluster.name}'s ${type} is about generation ${condition.observedGeneration}, not ${metadata.generation}`);
  }
  return condition;
}

/** Waits until a condition of the spec as it is now has this status and, where one is given, this reason. */
export async function waitForCondition(
  cluster: ClusterName,
  expected: { readonly type: string; readonly status: string; readonly reason?: string },
  timeoutMs = 300_000,
): Promise<Condition> {
  const { type, status, reason } = expected;
  const check = async (): Promise<Condition> => {
    const condition = await conditionOf(cluster, type);
    const said = `${type}=${condition.status} (${condition.reason}: ${condition.message})`;
    if (condition.status !== status || (reason !== undefined && condition.reason !== reason)) throw new Error(said);
    return condition;
  };
  return waitFor(`${cluster.name} to be ${type}=${status}${reason ? ` (${reason})` : ""}`, check, {
    timeoutMs,
    namespace: cluster.namespace,
  });
}

/** Waits until the cluster is Ready with its spec as it is now. */
export async function waitReady(cluster: ClusterName, timeoutMs = 420_000): Promise<void> {
  await waitForCondition(cluster, { type: "Ready", status: "True" }, timeoutMs);
}

/** The pods of a component, those that are about to go left out. */
export async function podsOf({ namespace, name }: ClusterName, component?: string): Promise<readonly Pod[]> {
  const selector = `${CLUSTER_LABEL}=${name}${component === undefined ? "" : `,${COMPONENT_LABEL}=${component}`}`;
  const pods = await list<Pod>("pods", namespace, selector);
  return pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
}

/** The UIDs of the pods of a component and how often their containers were restarted: two equal values mean that nothing happened to them. */
export async function podUids(cluster: ClusterName, component?: string): Promise<readonly string[]> {
  const pods = await podsOf(cluster, component);
  return pods
    .map(
      (pod) =>
        `${pod.metadata.uid} ${(pod.status.containerStatuses ?? []).map((status) => `${status.name}:${status.restartCount}`).join()}`,
    )
    .sort();
}

/** Deletes a TrinoCluster and returns when it is gone. */
export async function deleteCluster({ namespace, name }: ClusterName): Promise<void> {
  await kubectl(["delete", "trinocluster", name, `--namespace=${namespace}`, "--timeout=300s"], { timeoutMs: 320_000 });
}
