/** What the reconciler works with: caches, clients, time and chance, all as arguments. */
import type { TrinoCluster } from "../../api/v1alpha1/trino-cluster.ts";
import type { LifecycleStores } from "../../lifecycle/stores.ts";
import type { ClusterMetrics } from "../../metrics.ts";
import type { Client } from "../../runtime/client.ts";
import type { Store } from "../../runtime/informer-types.ts";
import type { KubernetesObject, NamespacedName, ResourceType } from "../../runtime/object.ts";
import type { Manifest } from "../../trino/resources.ts";
import type { RecalledRevisions } from "./recalled-revisions.ts";
import type { ReferenceReader } from "./reference-reader.ts";
import type { TrinoObserver } from "./trino-observer.ts";

/** A TrinoCluster as the API server returns it. */
export type LiveTrinoCluster = TrinoCluster & KubernetesObject;

/** The stores that the reconciler reads: those of the lifecycle, and the rest of what it owns. */
export interface Stores extends LifecycleStores {
  readonly clusters: Store<LiveTrinoCluster>;
  /** The store of a kind's children, or undefined for Secrets, which the operator may not list. */
  readonly ofKind: (kind: string) => Store<KubernetesObject> | undefined;
}

/** Applies one manifest by server-side apply, when that would change anything; throws NameConflict where it is not ours. */
export type Apply = (manifest: Manifest) => Promise<void>;

/** Tells a person what happened to an object; never throws and never waits. */
export type RecordEvent = (
  object: KubernetesObject,
  event: { type: "Normal" | "Warning"; reason: string; action: string; note: string },
) => void;

/** Merges a change into an object, and its answer into the cache, so that the next reconcile sees the own write. */
export type Patch = (type: ResourceType, name: NamespacedName, patch: object) => Promise<void>;

/** Everything that a reconcile needs. */
export interface Context {
  readonly client: Client;
  readonly stores: Stores;
  readonly apply: Apply;
  readonly patch: Patch;
  /** Writes the status when it differs from what is there. */
  readonly applyStatus: (object: LiveTrinoCluster, status: object) => Promise<void>;
  readonly references: ReferenceReader;
  readonly recalled: RecalledRevisions;
  readonly trino: TrinoObserver;
  readonly recordEvent: RecordEvent;
  readonly metrics: ClusterMetrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** `bytes` random bytes as URL-safe base64. */
  readonly randomText: (bytes: number) => string;
}
