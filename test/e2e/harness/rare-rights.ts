/**
 * The rights of the operator that no end-to-end test has to need: those of rare ways. `test/contract/rare-rights.test.ts` goes these
 * ways on an API server of its own, and reads in its audit log that each was needed there.
 */

/** What is followed by a watch that begins with all objects, where the API server can. */
const WATCHED = [
  "configmaps",
  "services",
  "serviceaccounts",
  "pods",
  "deployments.apps",
  "statefulsets.apps",
  "controllerrevisions.apps",
  "jobs.batch",
  "poddisruptionbudgets.policy",
  "trinoclusters.trino.trino-operator.io",
];

/** Needed where the API server has no WatchList, and after two failed watches elsewhere. */
export const RIGHTS_WITHOUT_WATCH_LIST: readonly string[] = WATCHED.map((resource) => `list ${resource}`);

/** Needed when a managed metastore is taken out of the spec. */
export const RIGHTS_OF_A_RETIRED_METASTORE: readonly string[] = [
  "delete services",
  "delete poddisruptionbudgets.policy",
  "delete statefulsets.apps",
];

/** Needed when the name of an object that no cache knows is taken: by somebody else, or because its label was taken away. */
export const RIGHTS_OF_A_TAKEN_NAME: readonly string[] = [
  "get serviceaccounts",
  "get deployments.apps",
  "get statefulsets.apps",
  "get jobs.batch",
  "get poddisruptionbudgets.policy",
];

/** Needed when the coordinator's pod should have ended long ago. */
export const RIGHTS_OF_A_LOST_NODE: readonly string[] = ["get nodes"];

/**
 * Needed without a request of ours: where the admission plugin OwnerReferencesPermissionEnforcement is on, it asks for this right
 * whenever a child is made, and refuses who lacks it.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#ownerreferencespermissionenforcement
 */
export const RIGHTS_OF_AN_OWNER: readonly string[] = ["update trinoclusters.trino.trino-operator.io/finalizers"];

/** All of them. */
export const RARE_RIGHTS: ReadonlySet<string> = new Set([
  ...RIGHTS_WITHOUT_WATCH_LIST,
  ...RIGHTS_OF_A_RETIRED_METASTORE,
  ...RIGHTS_OF_A_TAKEN_NAME,
  ...RIGHTS_OF_A_LOST_NODE,
  ...RIGHTS_OF_AN_OWNER,
]);
