/** Labels and annotations of everything that we make. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ */

/** Our prefix for labels, annotations and finalizers. */
export const PREFIX = "trino.trino-operator.io";

/** `app.kubernetes.io/managed-by`: what the operator's caches select. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
/** The value of MANAGED_BY_LABEL. */
export const MANAGED_BY = "trino-operator";
/** coordinator, worker, metastore, metastore-db or metastore-schema. */
export const COMPONENT_LABEL = "app.kubernetes.io/component";
/** The name of the TrinoCluster. */
export const CLUSTER_LABEL = `${PREFIX}/cluster`;
/** The UID of the TrinoCluster: what ownership is decided by. */
export const CLUSTER_UID_LABEL = `${PREFIX}/cluster-uid`;
/** The blue/green generation. */
export const GENERATION_LABEL = `${PREFIX}/generation`;
/** The hash of the role's revision. */
export const REVISION_LABEL = `${PREFIX}/revision`;
/** The worker pool. */
export const POOL_LABEL = `${PREFIX}/pool`;
/** `true` on the coordinator pod that the client Service may send queries to. */
export const SERVING_LABEL = `${PREFIX}/serving`;
/** The Trino version of a pod template, as an annotation so that no selector can come to hold it. */
export const VERSION_ANNOTATION = `${PREFIX}/version`;
/** The internal Secret of a pod template: nodes with different ones cannot work together. */
export const INTERNAL_SECRET_ANNOTATION = `${PREFIX}/internal-secret`;
/** On a coordinator pod: since when clients are not sent to it. */
export const WITHDRAWN_ANNOTATION = `${PREFIX}/withdrawn-since`;
/** On a worker pod: since when the operator wants it drained. */
export const DRAIN_ANNOTATION = `${PREFIX}/drain-since`;
/** On a worker pod: which pods its ReplicaSet removes first. Source: https://kubernetes.io/docs/reference/labels-annotations-taints/#pod-deletion-cost */
export const DELETION_COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";
/** On a worker pod: since when the coordinator does not know it though it is ready. */
export const UNREGISTERED_ANNOTATION = `${PREFIX}/unregistered-since`;
/** On a worker's ControllerRevision: how many of its workers were replaced because the coordinator did not know them. */
export const REPLACED_ANNOTATION = `${PREFIX}/replaced-workers`;
/** On a ControllerRevision: how the preflight of its revision ended, `Passed` or `Skipped`. */
export const PREFLIGHT_ANNOTATION = `${PREFIX}/preflight`;
/** On a ControllerRevision: the last attempt to let it serve, as JSON. On a worker's: the last one in which it alone was new. */
export const ATTEMPT_ANNOTATION = `${PREFIX}/attempt`;
/** On a child: the hash of what we applied last. */
export const APPLIED_ANNOTATION = `${PREFIX}/applied`;
/** On a TrinoCluster: no write to children while it is there. */
export const PAUSED_ANNOTATION = `${PREFIX}/paused`;
/** On a TrinoCluster: a new value makes the operator read all referenced Secrets and ConfigMaps again at once. */
export const REFRESH_ANNOTATION = `${PREFIX}/refresh`;
/** On a TrinoCluster that is being deleted: since when the operator knows, from which the workers' time to drain counts. */
export const DELETION_ANNOTATION = `${PREFIX}/deletion-since`;
/** The finalizer that orders a deletion. */
export const FINALIZER = `${PREFIX}/cleanup`;
/** On a ControllerRevision: the ConfigMaps and Secrets that its revision names, as `Kind/name` joined by commas. On a metastore's ConfigMap: the Secret that goes with it. */
export const CONFIGURATION_ANNOTATION = `${PREFIX}/configuration`;
/** On a schema Job and on the metastore's pods: the version of Hive that they are for. */
export const HIVE_VERSION_ANNOTATION = `${PREFIX}/hive-version`;
/** On a schema Job: which database it looks at, as a hash of the address. */
export const DATABASE_ANNOTATION = `${PREFIX}/metastore-database`;
/** On a schema Job: `prepare`, or `upgrade` where it may change a schema that is there. */
export const SCHEMA_TASK_ANNOTATION = `${PREFIX}/schema-task`;
/** On a schema Job: the hash of its pod template, by which one that has not begun is told from one that would begin now. */
export const TEMPLATE_ANNOTATION = `${PREFIX}/pod-template`;
/** On a schema Job that is complete: the version of the schema that the database has since. */
export const SCHEMA_VERSION_ANNOTATION = `${PREFIX}/schema-version`;
/** On a schema Job that is complete: the version of the schema that Hive's own tool wants. */
export const WANTED_SCHEMA_VERSION_ANNOTATION = `${PREFIX}/wanted-schema-version`;
