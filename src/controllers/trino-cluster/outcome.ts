/** How a reconcile ended: what the status is made of, and when to look again. */
import type { Observation } from "../../lifecycle/observation.ts";
import type { Plan } from "../../lifecycle/plan-types.ts";
import type { Reason } from "../../lifecycle/reasons.ts";
import { isNamespaceTerminating } from "../../runtime/api-error.ts";
import type { Cluster } from "../../trino/cluster.ts";
import { SpecInvalid, type Violation } from "../../trino/violation.ts";
import { NameConflict, PredecessorLeft } from "./name-conflict.ts";

/** The ways in which a reconcile ends. */
export type Outcome =
  | { readonly kind: "planned"; readonly cluster: Cluster; readonly observation: Observation; readonly plan: Plan }
  | { readonly kind: "invalid"; readonly violations: readonly Violation[]; readonly observation: Observation }
  | { readonly kind: "conflict"; readonly message: string; readonly observation: Observation }
  /** What a deleted cluster of the same name has left goes first. */
  | { readonly kind: "waiting"; readonly message: string; readonly observation: Observation }
  | { readonly kind: "failed"; readonly error: unknown; readonly observation: Observation }
  | { readonly kind: "terminating"; readonly observation: Observation }
  | { readonly kind: "paused"; readonly observation: Observation };

/** The outcome of a reconcile that threw. */
export function outcomeOf(error: unknown, observation: Observation): Outcome {
  if (error instanceof SpecInvalid) return { kind: "invalid", violations: error.violations, observation };
  if (error instanceof NameConflict) return { kind: "conflict", message: error.message, observation };
  if (error instanceof PredecessorLeft) return { kind: "waiting", message: error.message, observation };
  if (isNamespaceTerminating(error)) return { kind: "terminating", observation };
  return { kind: "failed", error, observation };
}

const SETTLED_MS = 60_000;
const UNDER_WAY_MS = 15_000;
/** Registration has no event, and its end has none: Trino's workers announce themselves every 5 s, and somebody waits for Ready. */
const REGISTERING_MS = 1_000;
/** A cluster that is hardly ever idle is so for seconds. */
const IDLE_MS = 3_000;
const MISSING_REFERENCE_MS = 5_000;
/** Garbage collection takes seconds, and no watch of ours tells of Secrets. */
const PREDECESSOR_MS = 2_000;

/** When to look again though nothing changed, in milliseconds. */
export function requeueAfter(outcome: Outcome): number {
  switch (outcome.kind) {
    case "planned":
      return afterPlan(outcome);
    case "invalid":
      return outcome.violations.some((violation) => violation.waiting) ? MISSING_REFERENCE_MS : SETTLED_MS;
    case "conflict":
      return UNDER_WAY_MS;
    case "waiting":
      return PREDECESSOR_MS;
    case "failed":
    case "terminating":
    case "paused":
      return SETTLED_MS;
    default:
      return outcome satisfies never;
  }
}

type Planned = Extract<Outcome, { kind: "planned" }>;

/** An answer of Trino that is younger than the end of a worker may yet count it, and the status tells that number. */
function countsThoseGone({ cluster, observation: { trino } }: Planned): boolean {
  return !cluster.suspend && trino.kind === "answered" && trino.registered > cluster.workers.replicas;
}

function afterPlan(outcome: Planned): number {
  const { waiting } = outcome.plan;
  if (waiting.length === 0) return countsThoseGone(outcome) ? REGISTERING_MS : SETTLED_MS;
  // A worker that has not registered for minutes need not be looked for every second.
  const lasting = waiting.some(({ reason }) => reason === "WorkerNotRegistered");
  if (!lasting && waiting.some(({ reason }) => SOON.has(reason))) return REGISTERING_MS;
  return waiting.some(({ reason }) => reason === "QueriesRunning") ? IDLE_MS : UNDER_WAY_MS;
}

const SOON: ReadonlySet<Reason> = new Set(["WorkersRegistering", "CoordinatorSilent", "CoordinatorWithdrawn", "EditsSettling"]);
