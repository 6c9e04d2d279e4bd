/** The caches that the lifecycle reads: nothing here makes a request. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Store } from "../runtime/informer-types.ts";
import type { KubernetesObject } from "../runtime/object.ts";

/** The index of every store of children: the UID of the cluster that they belong to. */
export const BY_CLUSTER = "cluster";

/** An object of a kind, as the API server returns it. */
export type Live<T> = KubernetesObject & Omit<T, keyof KubernetesObject>;

/** The stores of children, each indexed by cluster. */
export interface LifecycleStores {
  readonly pods: Store<Live<IPod>>;
  readonly statefulSets: Store<Live<IStatefulSet>>;
  readonly deployments: Store<Live<IDeployment>>;
  readonly jobs: Store<Live<IJob>>;
  readonly records: Store<KubernetesObject>;
}
