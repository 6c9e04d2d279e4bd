/**
 * The validated cluster: the one value that every builder takes.
 *
 * `validate` makes it from a TrinoCluster and what that refers to. Everything is present: defaults are filled in,
 * strings are parsed, unions are discriminated on `kind`, references are resolved to their content's digest.
 */

/** The two roles of a Trino process. Source: https://trino.io/docs/current/overview/concepts.html */
export type RoleName = "coordinator" | "worker";

/** A Trino or auxiliary container image, complete with tag or digest. */
export interface Image {
  /** The full reference, e.g. `trinodb/trino:476`. */
  readonly reference: string;
  readonly pullPolicy: "Always" | "IfNotPresent" | "Never";
  readonly pullSecrets: readonly string[];
}

/** A reference to one key of a Secret or ConfigMap in the cluster's namespace. */
export interface KeyReference {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly key: string;
}

/** The content of a file under /etc/trino. */
export type FileContent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly reference: KeyReference };

/** Memory of one Trino process, all in bytes. */
export interface Memory {
  /** The container's memory limit (= request). */
  readonly limit: number;
  /** -Xmx. */
  readonly heap: number;
  /** memory.heap-headroom-per-node. */
  readonly headroom: number;
  /** query.max-memory-per-node. */
  readonly perNode: number;
}

/** What coordinator and workers have in common. Pod-level fields are Kubernetes' own types, taken as given. */
export interface Role {
  readonly name: RoleName;
  readonly memory: Memory;
  /** The container's resources, memory request = limit. Quantities as strings. */
  readonly resources: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
  readonly jvm: { readonly add: readonly string[]; readonly remove: readonly string[] };
  /** The user's overrides: file under /etc/trino (e.g. `config.properties`) → key → value. */
  readonly config: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly files: Readonly<Record<string, FileContent>>;
  readonly pod: PodOptions;
  readonly disruption: "Allow" | "Protect";
  /** RFC 3339, or undefined when nobody asked for a restart. */
  readonly restartAt: string | undefined;
}

/** Pod fields that are handed through; their shape was checked by the CRD. */
export interface PodOptions {
  readonly env: readonly object[];
  readonly envFrom: readonly object[];
  readonly volumes: readonly object[];
  readonly volumeMounts: readonly object[];
  readonly initContainers: readonly object[];
  readonly sidecars: readonly object[];
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly object[];
  readonly affinity: object | undefined;
  readonly topologySpreadConstraints: readonly object[];
  readonly priorityClassName: string | undefined;
  readonly serviceAccountName: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** A strategic merge patch on the pod template, the last resort. */
  readonly template: object | undefined;
}

/** When the coordinator may be restarted for a change: as soon as no query runs, or at once. */
export type UpdatePolicy = { readonly kind: "WhenIdle"; readonly deadlineSeconds: number | undefined } | { readonly kind: "Immediate" };

/** The coordinator's role. */
export interface CoordinatorRole extends Role {
  readonly name: "coordinator";
  readonly updatePolicy: UpdatePolicy;
}

/** The workers' role. */
export interface WorkerRole extends Role {
  readonly name: "worker";
  readonly replicas: number;
  readonly minAvailable: number;
  readonly drainTimeoutSeconds: number;
  readonly rollout: {
    readonly maxSurge: number;
    readonly maxUnavailable: number;
    readonly progressDeadlineSeconds: number;
    /** Whether a throw-away pod proves a new revision first. */
    readonly preflight: boolean;
  };
}

/** One catalog: its properties file in parts. Source: https://trino.io/docs/current/installation/deployment.html#catalog-properties */
export interface Catalog {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Property → where its value is. Rendered as `${ENV:…}`. */
  readonly secretProperties: Readonly<Record<string, KeyReference>>;
  /** True when it uses the cluster's own metastore (managed or external). */
  readonly usesMetastore: boolean;
}

/** The S3 storage under a managed metastore's warehouse. */
export interface WarehouseS3 {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly pathStyle: boolean;
  /** A Secret with the keys `accessKey` and `secretKey`; undefined for ambient credentials. */
  readonly credentialsSecret: string | undefined;
}

/** The database behind a managed metastore. */
export type MetastoreDatabase =
  | { readonly kind: "embedded"; readonly storage: string; readonly storageClass: string | undefined; readonly image: Image }
  | {
      readonly kind: "postgresql" | "mysql";
      readonly host: string;
      readonly port: number;
      readonly name: string;
      /** A Secret with the keys `username` and `password`. */
      readonly credentialsSecret: string;
    };

/** The Hive Metastore: one that we run, or one that is there already. */
export type Metastore =
  | {
      readonly kind: "managed";
      readonly version: string;
      /** The version of the schema that may be upgraded to that of `version`; undefined when none may. */
      readonly upgradeSchemaFrom: string | undefined;
      readonly image: Image;
      /** The Trino image whose JDBC drivers the metastore uses; pinned, so that a Trino upgrade does not restart it. */
      readonly driverImage: Image;
      readonly replicas: number;
      readonly memory: { readonly limit: number; readonly heap: number };
      readonly resources: Role["resources"];
      readonly warehouse: { readonly location: string; readonly s3: WarehouseS3 | undefined };
      readonly database: MetastoreDatabase;
      readonly config: Readonly<Record<string, string>>;
      readonly template: object | undefined;
      readonly retentionPolicy: "Retain" | "Delete";
    }
  | { readonly kind: "external"; readonly uris: readonly string[] };

/** A TrinoCluster that was found valid, with every default and reference filled in. */
export interface Cluster {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly version: number;
  readonly image: Image;
  /** `node.environment`, matching `[a-z0-9][_a-z0-9]*`; fixed at creation. */
  readonly environment: string;
  /** The blue/green generation, today always `a`. */
  readonly generation: string;
  /**
   * The Secret `<cluster>-internal-<n>` with its shared secret. `nameKey` salts the names of Secrets that we derive, and stays when the
   * shared secret is rotated: the metastore has no part in that.
   */
  readonly internalSecret: { readonly name: string; readonly key: string; readonly nameKey: string };
  readonly coordinator: CoordinatorRole;
  readonly workers: WorkerRole;
  readonly catalogs: readonly Catalog[];
  readonly metastore: Metastore | undefined;
  readonly caBundle: KeyReference | undefined;
  readonly logging: { readonly levels: Readonly<Record<string, string>>; readonly format: "text" | "json" };
  readonly service: {
    readonly type: "ClusterIP" | "NodePort" | "LoadBalancer";
    readonly port: number;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly suspend: boolean;
  /** The values behind every reference, by `<kind>/<name>/<key>`; never logged, only copied into our own Secrets or hashed. */
  readonly referenced: ReadonlyMap<string, string>;
  /** What a user should know though nothing is refused, e.g. a version newer than the newest known. */
  readonly warnings: readonly string[];
}
