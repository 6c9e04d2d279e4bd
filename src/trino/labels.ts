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
/** On a coordinator's ControllerRevision: the last attempt to let it serve, as JSON. */
export const ATTEMPT_ANNOTATION = `${PREFIX}/attempt`;
/** On a child: the hash of what we applied last. */
export const APPLIED_ANNOTATION = `${PREFIX}/applied`;
/** On a TrinoCluster: no write to children while it is there. */
export const PAUSED_ANNOTATION = `${PREFIX}/paused`;
/** On a TrinoCluster: a new value makes the operator read all referenced Secrets and ConfigMaps again at once. */
export const REFRESH_ANNOTATION = `${PREFIX}/refresh`;
/** The finalizer that orders a deletion. */
export const FINALIZER = `${PREFIX}/cleanup`;
/** On a ControllerRevision: the ConfigMaps and Secrets that its revision names, as `Kind/name` joined by commas. */
export const CONFIGURATION_ANNOTATION = `${PREFIX}/configuration`;
