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

/** A schema Job by its name, and the hash of its pod template: the name says what it does, the hash where and how its pod runs. */
export interface SchemaJobTarget {
  readonly name: string;
  readonly template: string;
}

/** Which schema is wanted in which database, and which Jobs see to that. */
export interface SchemaTarget {
  /** Hash over the database, the credentials and the Hive that a schema Job works with. */
  readonly revision: string;
  /** Hash of the database's address. */
  readonly database: string;
  readonly prepare: SchemaJobTarget;
  /** Undefined where the spec names no schema that may be upgraded. */
  readonly upgrade: SchemaJobTarget | undefined;
}

/** The same, and which pods the metastore shall have. */
export interface MetastoreTarget extends SchemaTarget {
  /** Hash of the metastore's pod template. */
  readonly workloadTemplate: string;
  /** Hash of the embedded database's pod template; undefined where there is none. */
  readonly databaseTemplate: string | undefined;
}

/** Everything that belongs to a managed metastore, in the order in which it must come up. */
export interface MetastoreResources {
  /** ServiceAccount-independent configuration and credentials, Services, PodDisruptionBudget. */
  readonly base: readonly Manifest[];
  /** The embedded database's StatefulSet, when there is one. */
  readonly database: Manifest | undefined;
  /** The Job that makes the schema where there is none, and else says which one there is. Applied when the database is ready. */
  readonly schemaJob: Manifest;
  /** The Job that upgrades a schema, where the spec allows that. Applied when the metastore has stopped. */
  readonly upgradeJob: Manifest | undefined;
  /** What the two Jobs are told from others by. */
  readonly target: MetastoreTarget;
  /** The metastore's own workload. Applied when the schema is the one that it wants. */
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
