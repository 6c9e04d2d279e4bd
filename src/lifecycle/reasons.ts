/**
 * Every reason that a condition or an event of ours can have, with what it means and what to do.
 * The reference page `docs/reference/reasons.md` is generated from this table.
 */

/** What a reason means to a person. */
export interface ReasonText {
  /** Which conditions carry it. */
  readonly on: readonly ("Available" | "Progressing" | "Degraded" | "Ready")[];
  readonly meaning: string;
  /** What to do; empty where nothing is to be done. */
  readonly cure: string;
}

/** The table of reasons. Reasons of Kubernetes itself (Unschedulable, Evicted, …) are passed on as they are. */
export const REASONS = {
  Ready: { on: ["Ready"], meaning: "The cluster serves and is as the spec says.", cure: "" },
  Serving: { on: ["Available"], meaning: "The coordinator answers and has at least workers.minAvailable registered workers.", cure: "" },
  UpToDate: { on: ["Progressing"], meaning: "Everything is as the spec says.", cure: "" },
  NoProblem: { on: ["Degraded"], meaning: "Nothing needs a person.", cure: "" },
  Suspended: { on: ["Ready"], meaning: "spec.suspend is true: coordinator and workers are stopped.", cure: "Set spec.suspend to false." },
  Paused: {
    on: ["Progressing", "Ready"],
    meaning: "The annotation trino.trino-operator.io/paused stops every change.",
    cure: "Remove the annotation.",
  },
  NamespaceTerminating: {
    on: ["Progressing", "Ready"],
    meaning: "The namespace is being deleted: nothing is made in it any more, and the cluster goes with it.",
    cure: "",
  },
  CoordinatorNotRunning: { on: ["Available", "Ready"], meaning: "No coordinator is running.", cure: "Look at Progressing and Degraded." },
  CoordinatorStarting: {
    on: ["Available", "Progressing", "Ready"],
    meaning: "The coordinator's pod is there and not ready yet.",
    cure: "",
  },
  CoordinatorStopping: { on: ["Progressing", "Ready"], meaning: "The cluster is being suspended and the coordinator stops.", cure: "" },
  CoordinatorSilent: {
    on: ["Progressing", "Ready"],
    meaning: "The coordinator is ready for Kubernetes but does not answer the operator.",
    cure: "Check NetworkPolicies between the operator's namespace and port 8080 of the coordinator's pod.",
  },
  CoordinatorRestarting: { on: ["Progressing", "Ready"], meaning: "The coordinator is restarted for a new revision.", cure: "" },
  CoordinatorWithdrawn: {
    on: ["Progressing", "Ready"],
    meaning: "No client is sent to the coordinator for some seconds, while the operator looks for the last time whether a query runs.",
    cure: "",
  },
  CoordinatorLost: {
    on: ["Progressing", "Ready"],
    meaning: "The node of the coordinator's pod does not end it. When the node is seen to be lost, the pod is removed without it.",
    cure: "Where the operator may not read nodes (limited to namespaces), remove the pod yourself once the node is surely down: kubectl delete pod NAME --force.",
  },
  EditsSettling: { on: ["Progressing", "Ready"], meaning: "A change is some seconds old, and the next one may be on its way.", cure: "" },
  PreflightRunning: {
    on: ["Progressing", "Ready"],
    meaning: "A throw-away pod of the new revision starts; nothing that serves is touched before it is up.",
    cure: "",
  },
  PreflightFailed: {
    on: ["Progressing", "Degraded", "Ready"],
    meaning: "A throw-away pod of the new revision did not come up. Nothing that serves was touched.",
    cure: "The message says why. Correct the spec or take the change back; it is tried again every ten minutes.",
  },
  RolledBack: {
    on: ["Degraded", "Ready"],
    meaning: "A new revision did not serve in time, and the last one that did is back.",
    cure: "Correct the spec. The same revision is not tried again; to try it once more, set restartAt of the role that the message names.",
  },
  WaitingForWorkers: {
    on: ["Progressing", "Ready"],
    meaning: "The coordinator restarts when its workers are on the new revision, so that a bad configuration is found by a worker.",
    cure: "When the workers do not come up, Degraded tells why.",
  },
  TrinoUnknown: {
    on: ["Available", "Progressing", "Ready"],
    meaning: "Trino cannot be asked, so nobody knows whether queries run; nothing is restarted.",
    cure: "Make the coordinator reachable for the operator, or set coordinator.updatePolicy.type to Immediate.",
  },
  QueriesRunning: {
    on: ["Progressing", "Ready"],
    meaning: "A change needs a restart of the coordinator, and queries run.",
    cure: "Wait, set coordinator.updatePolicy.deadline, or set its type to Immediate.",
  },
  WorkersRollingOut: { on: ["Progressing", "Ready"], meaning: "Workers of an older revision are replaced.", cure: "" },
  RolloutBlocked: {
    on: ["Progressing", "Degraded", "Ready"],
    meaning: "Workers have to be replaced, and none may be added (maxSurge 0) nor be missing (minAvailable): no step is possible.",
    cure: "Set workers.rollout.maxSurge to 1, or workers.minAvailable below workers.replicas.",
  },
  WorkersStarting: {
    on: ["Progressing", "Ready"],
    meaning: "Fewer workers are ready than wanted.",
    cure: "When it lasts, Degraded tells why.",
  },
  WorkersRegistering: {
    on: ["Progressing", "Ready"],
    meaning: "Workers are ready for Kubernetes, but the coordinator does not count them as active yet.",
    cure: "When it lasts longer than a minute, look into a worker's log for announcement errors.",
  },
  WorkersDraining: { on: ["Progressing", "Ready"], meaning: "Workers finish their tasks before they go.", cure: "" },
  ScaleInBlocked: {
    on: ["Progressing", "Ready"],
    meaning: "Fewer workers are wanted, and none can go at the moment without harm.",
    cure: "The message says why: too few workers are registered, the coordinator does not answer, or another worker's pod is not ready.",
  },
  WorkerNotRegistered: {
    on: ["Progressing", "Degraded", "Ready"],
    meaning:
      "A worker has been ready for Kubernetes for five minutes, but the coordinator does not know it. It is replaced, at most three times for a revision.",
    cure: "Read the pod's log for announcement errors; check NetworkPolicies between workers and coordinator. After three attempts, set workers.restartAt to try again.",
  },
  TooFewWorkers: {
    on: ["Available", "Ready"],
    meaning: "Fewer workers are registered than workers.minAvailable.",
    cure: "Look at Progressing and Degraded.",
  },
  MetastoreDatabaseStarting: {
    on: ["Progressing", "Ready"],
    meaning: "The metastore's database is not ready yet.",
    cure: "When it lasts, look at its pod and volume claim.",
  },
  MetastoreSchema: {
    on: ["Progressing", "Ready"],
    meaning: "The Job that makes the metastore's schema, or looks which one there is, runs.",
    cure: "",
  },
  MetastoreUpgradeRefused: {
    on: ["Progressing", "Degraded", "Ready"],
    meaning: "hiveMetastore.version needs a newer schema than the database has; the metastore is left as it is.",
    cure: "Make a backup of the database and name its schema in hiveMetastore.upgradeSchemaFrom, or take the version back.",
  },
  MetastoreDowngradeRefused: {
    on: ["Progressing", "Degraded", "Ready"],
    meaning: "hiveMetastore.version has an older schema than the database; the metastore is left as it is.",
    cure: "Take the version back. After a backup was restored, delete the metastore's Jobs: the operator then looks at the database again.",
  },
  MetastoreStopping: {
    on: ["Progressing", "Ready"],
    meaning: "The metastore stops, because its schema is about to be upgraded.",
    cure: "",
  },
  MetastoreUpgrading: {
    on: ["Progressing", "Ready"],
    meaning: "The Job that upgrades the metastore's schema runs; until it is done the metastore is stopped.",
    cure: "",
  },
  MetastoreSchemaFailed: {
    on: ["Progressing", "Degraded", "Ready"],
    meaning: "The Job that makes or upgrades the metastore's schema failed. After a failed upgrade the metastore stays stopped.",
    cure: "Read the Job's log, put the database right (after an upgrade: restore its backup), and delete the Job: it is made again.",
  },
  MetastoreStarting: {
    on: ["Progressing", "Ready"],
    meaning: "Fewer metastore pods are ready than wanted.",
    cure: "When it lasts, read the pod's log.",
  },
  SpecInvalid: {
    on: ["Degraded", "Ready"],
    meaning: "The spec cannot be made into a cluster; what runs is left as it is.",
    cure: "The message names each field and its cure.",
  },
  ReferenceNotFound: {
    on: ["Degraded", "Ready"],
    meaning: "A Secret, a ConfigMap or a key in one is missing.",
    cure: "Create it: the operator looks again every few seconds.",
  },
  NameConflict: {
    on: ["Degraded", "Ready"],
    meaning: "An object that the operator would make is there already and belongs to somebody else.",
    cure: "Rename the cluster, or remove that object.",
  },
  PredecessorLeft: {
    on: ["Progressing", "Ready"],
    meaning:
      "An object of the deleted cluster of the same name is there yet. Garbage collection removes it, and then this cluster is made.",
    cure: "When it lasts, a finalizer on the object that the message names holds it back.",
  },
  ReconcileError: {
    on: ["Degraded", "Ready"],
    meaning: "The API server refused a request or could not be reached; it is tried again.",
    cure: "When it lasts, the message tells what was refused.",
  },
  Stopped: {
    on: ["Progressing"],
    meaning: "Nothing is changed until the problem that Degraded tells is solved.",
    cure: "Look at Degraded.",
  },
  ConfigurationRefused: {
    on: ["Degraded", "Ready"],
    meaning: "Trino refused its configuration and exited with 100.",
    cure: "The message names the property; correct or remove it. What served before still does where the change was a worker's.",
  },
  ProcessFailed: {
    on: ["Degraded", "Ready"],
    meaning: "The JVM did not start.",
    cure: "Correct jvm.extraArguments; the pod's log names the flag.",
  },
  HeapExhausted: {
    on: ["Degraded", "Ready"],
    meaning: "Trino ran out of Java heap.",
    cure: "Raise the role's memory limit, or lower query memory.",
  },
  OOMKilled: {
    on: ["Degraded", "Ready"],
    meaning: "A container used more memory than its limit.",
    cure: "Raise the limit, or lower jvm.heapPercent.",
  },
  Killed: {
    on: ["Degraded", "Ready"],
    meaning: "A container was killed.",
    cure: "Look at the pod's events: memory, or a liveness probe that failed.",
  },
  CrashLoopBackOff: { on: ["Degraded", "Ready"], meaning: "A container keeps failing.", cure: "Read the pod's log." },
  ImagePullFailed: {
    on: ["Degraded", "Ready"],
    meaning: "An image cannot be pulled.",
    cure: "Check repository, tag and image.pullSecrets.",
  },
  ContainerConfigInvalid: {
    on: ["Degraded", "Ready"],
    meaning: "The kubelet cannot make the container.",
    cure: "The message tells what it lacks.",
  },
  PodFailed: { on: ["Degraded", "Ready"], meaning: "A pod ended for good.", cure: "Look at the pod's status." },
  ReplicaFailure: {
    on: ["Degraded", "Ready"],
    meaning: "Pods cannot be created, e.g. because of a quota.",
    cure: "The message tells what refused them.",
  },
  ProgressDeadlineExceeded: {
    on: ["Degraded", "Ready"],
    meaning: "New workers did not become ready within workers.rollout.progressDeadline; the old ones still serve.",
    cure: "Look at the new workers' pods; correct the spec, or take the change back.",
  },
} as const satisfies Readonly<Record<string, ReasonText>>;

/** A reason of ours. */
export type Reason = keyof typeof REASONS;
