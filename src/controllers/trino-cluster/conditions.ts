/**
 * The four conditions, each from one pure function of the outcome. No step of the reconcile sets a condition itself.
 *
 * Available: the coordinator answers and enough workers are registered. Progressing: a plan is under way.
 * Degraded: something that a person must act on. Ready: available, current and complete.
 */
import { type Observation, type ObservedPod, podsOf, replicasOf, standingWorkers, trinoOf } from "../../lifecycle/observation.ts";
import type { Plan } from "../../lifecycle/plan-types.ts";
import type { Reason } from "../../lifecycle/reasons.ts";
import type { LiveTrinoCluster } from "./context.ts";
import type { Outcome } from "./outcome.ts";

/** What a condition says, before time and generation are added. */
export interface Statement {
  readonly type: "Available" | "Progressing" | "Degraded" | "Ready";
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

type Said = Omit<Statement, "type">;

/** All four conditions of an outcome, in the order in which they are shown. */
export function statementsOf(object: LiveTrinoCluster, outcome: Outcome): readonly Statement[] {
  const available = availableOf(object, outcome.observation);
  const progressing = progressingOf(outcome);
  const degraded = degradedOf(outcome);
  const ready = readyOf(object, { outcome, available, progressing, degraded });
  return [
    { type: "Available", ...available },
    { type: "Progressing", ...progressing },
    { type: "Degraded", ...degraded },
    { type: "Ready", ...ready },
  ];
}

const NO: Said["status"] = "False";
/** What a condition says when its reason is one of ours, which the compiler then checks. */
type Ours = Said & { readonly reason: Reason };

function availableOf(object: LiveTrinoCluster, observation: Observation): Ours {
  const trino = trinoOf(observation);
  if (trino.kind === "unasked") return { status: NO, reason: "CoordinatorNotRunning", message: "no coordinator is running" };
  if (trino.kind === "silent")
    return { status: "Unknown", reason: "TrinoUnknown", message: `the coordinator does not answer the operator: ${trino.reason}` };
  if (trino.starting) return { status: NO, reason: "CoordinatorStarting", message: "the coordinator is starting" };
  const wanted = Math.min(object.spec.workers?.minAvailable ?? 1, object.spec.workers?.replicas ?? 2);
  if (trino.registered < wanted) {
    return {
      status: NO,
      reason: "TooFewWorkers",
      message: `${trino.registered} workers are registered, at least ${wanted} are wanted (workers.minAvailable)`,
    };
  }
  return {
    status: "True",
    reason: "Serving",
    message: `the coordinator answers and has ${wanted === 0 ? "no need of" : "enough"} workers`,
  };
}

function progressingOf(outcome: Outcome): Ours {
  if (outcome.kind === "paused")
    return {
      status: NO,
      reason: "Paused",
      message: "the annotation trino.trino-operator.io/paused stops every change; remove it to go on",
    };
  if (outcome.kind === "terminating")
    return { status: NO, reason: "NamespaceTerminating", message: "the namespace is being deleted, so nothing is made in it any more" };
  if (outcome.kind === "waiting") return { status: "True", reason: "PredecessorLeft", message: outcome.message };
  if (outcome.kind !== "planned")
    return { status: NO, reason: "Stopped", message: "nothing is changed until the problem that Degraded tells is solved" };
  const first = outcome.plan.waiting[0];
  if (!first) return { status: NO, reason: "UpToDate", message: "everything is as the spec says" };
  return { status: "True", reason: first.reason, message: outcome.plan.waiting.map((waiting) => waiting.message).join("; ") };
}

function degradedOf(outcome: Outcome): Said {
  switch (outcome.kind) {
    case "invalid":
      return { status: "True", ...invalid(outcome.violations) };
    case "conflict":
      return { status: "True", reason: "NameConflict", message: outcome.message };
    case "failed":
      return { status: "True", reason: "ReconcileError", message: describe(outcome.error) };
    case "waiting":
    case "terminating":
      return { status: NO, reason: "NoProblem", message: "nothing needs a person" };
    case "planned":
      return plannedTrouble(outcome);
    case "paused":
      return troubleOf(outcome.observation);
    default:
      return outcome satisfies never;
  }
}

function invalid(violations: Extract<Outcome, { kind: "invalid" }>["violations"]): { reason: Reason; message: string } {
  const reason = violations.every((violation) => violation.waiting) ? "ReferenceNotFound" : "SpecInvalid";
  const message = violations.map(({ field, problem, cure }) => `${field}: ${problem} ${cure}`).join("; ");
  return { reason, message: `${message} (what runs is left as it is)` };
}

function plannedTrouble(outcome: Extract<Outcome, { kind: "planned" }>): Said {
  const { plan, observation } = outcome;
  return rolledBack(plan) ?? preflightFailed(outcome) ?? metastoreProblem(plan) ?? heldUp(plan) ?? troubleOf(observation);
}

/** The cluster serves, but not what the spec asks for. */
function rolledBack({ rolledBack: told, target }: Plan): Ours | undefined {
  if (!told) return undefined;
  const [role, back] = told.role === "worker" ? ["workers", target.workers] : ["coordinator", target.coordinator];
  const message = `revision ${told.revision} of the ${role} was tried at ${told.since} and did not serve, so revision ${back} is back: ${told.reason}. Correct the spec, or set ${role}.restartAt to try it once more`;
  return { status: "True", reason: "RolledBack", message };
}

/** Nothing was touched, and nothing will be until the spec, or what it refers to, is put right. */
function preflightFailed({ plan, observation }: Extract<Outcome, { kind: "planned" }>): Said | undefined {
  const failure = plan.waiting.find(({ reason }) => reason === "PreflightFailed");
  const reason = podsOf(observation, "preflight").find(({ problem }) => problem)?.problem?.reason;
  return failure && { status: "True", reason: reason ?? failure.reason, message: failure.message };
}

/** What does not end by itself. A worker that is not registered is replaced some times, but a person may know why it cannot be. */
const FOR_A_PERSON: ReadonlySet<Reason> = new Set(["RolloutBlocked", "WorkerNotRegistered"]);

function heldUp({ waiting }: Plan): Said | undefined {
  const first = waiting.find(({ reason }) => FOR_A_PERSON.has(reason));
  return first && { status: "True", ...first };
}

/** What the plan itself refuses, or gives up: no pod tells of it. */
function metastoreProblem({ metastore }: Plan): Said | undefined {
  return metastore?.problem && { status: "True", ...metastore.problem };
}

/** The first trouble of a pod or workload; those of the newest pods first, since they are what was changed. */
function troubleOf(observation: Observation): Said {
  const components = ["coordinator", "worker", "metastore-db", "metastore-schema", "metastore"] as const;
  const pods = components
    .flatMap((component) => podsOf(observation, component))
    .filter((pod) => !pod.deleting && !isReplaced(observation, pod));
  const problem =
    pods.find((pod) => pod.problem)?.problem ??
    [observation.coordinator, ...observation.workers].find((workload) => workload?.problem)?.problem;
  if (problem) return { status: "True", ...problem };
  if (observation.metastore.schema === "failed") {
    return {
      status: "True",
      reason: "MetastoreSchemaFailed",
      message: "the Job that makes the metastore's schema failed; its log tells why",
    };
  }
  return { status: NO, reason: "NoProblem", message: "nothing needs a person" };
}

/** An evicted worker's pod stays until its Deployment goes, long after another one has taken its place. */
function isReplaced(observation: Observation, { component, ended }: ObservedPod): boolean {
  if (component !== "worker" || !ended) return false;
  const ready = standingWorkers(observation).filter((pod) => pod.ready).length;
  return ready >= replicasOf(observation.workers);
}

interface Parts {
  readonly outcome: Outcome;
  readonly available: Said;
  readonly progressing: Said;
  readonly degraded: Said;
}

function readyOf(object: LiveTrinoCluster, { outcome, available, progressing, degraded }: Parts): Said {
  if (degraded.status === "True") return { ...degraded, status: NO };
  if (object.spec.suspend === true) return { status: NO, reason: "Suspended", message: "spec.suspend is true" };
  if (outcome.kind !== "planned") return { ...progressing, status: NO };
  if (progressing.status === "True") return { ...progressing, status: NO };
  if (available.status !== "True") return { ...available, status: NO };
  return { status: "True", reason: "Ready", message: "the cluster serves and is as the spec says" };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
