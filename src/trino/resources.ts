/** What `build` makes of a Cluster: everything, in the groups in which the lifecycle applies it. */
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";

/** Any Kubernetes object that we render: complete, JSON-plain, in a fixed key order. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly object[];
  };
  readonly [field: string]: unknown;
}

/**
 * One rendered state of a role: the pod template and the immutable objects that it names.
 * Two clusters with equal revisions have pods that behave equally; a new revision means new pods.
 */
export interface Revision {
  /** 10 lower-case hex digits over the pod template, which names its configuration by content. */
  readonly hash: string;
  /** The Trino version of this revision, from which the lifecycle sees that both roles must change together. */
  readonly version: number;
  /** Immutable ConfigMaps and Secrets, named by the hash of their content. Applied before any pod of the revision. */
  readonly configuration: readonly Manifest[];
  /** The ControllerRevision that remembers it. */
  readonly record: Manifest;
  readonly template: IPodTemplateSpec;
}

/** Everything that belongs to a managed metastore, in the order in which it must come up. */
export interface MetastoreResources {
  /** ServiceAccount-independent configuration and credentials, Services, PodDisruptionBudget. */
  readonly base: readonly Manifest[];
  /** The embedded database's StatefulSet, when there is one. */
  readonly database: Manifest | undefined;
  /** The Job that makes the schema exactly once. Applied when the database is ready. */
  readonly schemaJob: Manifest;
  /** The metastore's own workload. Applied when the Job is complete. */
  readonly workload: Manifest;
  /** Secrets created once and never rewritten (database password): name → keys to be filled with random values. */
  readonly generatedSecrets: readonly { readonly manifest: Manifest; readonly randomKeys: readonly string[] }[];
}

/** Everything that a cluster consists of. */
export interface Resources {
  /** What is always safe to apply: ServiceAccount, Services, PodDisruptionBudgets. */
  readonly base: readonly Manifest[];
  readonly coordinator: { readonly revision: Revision; readonly statefulSet: (revision: Revision, replicas: 0 | 1) => Manifest };
  readonly workers: { readonly revision: Revision; readonly deployment: (revision: Revision, replicas: number) => Manifest };
  readonly metastore: MetastoreResources | undefined;
}
