/** Where TrinoCluster lives in the Kubernetes API. No schema here: this file is safe to import at run time. */

/** The API group, as operator-sdk composes it: group `trino`, domain `trino-operator.io`. */
export const GROUP = "trino.trino-operator.io";

/** The only version so far, and the storage version. */
export const VERSION = "v1alpha1";

/** `apiVersion` of every TrinoCluster. */
export const API_VERSION: `${typeof GROUP}/${typeof VERSION}` = `${GROUP}/${VERSION}`;

/** `kind` of every TrinoCluster. */
export const KIND = "TrinoCluster";

/** The lower-case plural in API paths. */
export const PLURAL = "trinoclusters";
