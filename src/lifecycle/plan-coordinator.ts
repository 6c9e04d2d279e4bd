/**
 * The coordinator's part of the plan. There is at most one coordinator, and with it go all queries: its template is
 * applied only when the policies allow its restart, because a pod that dies for another reason comes back with it.
 */
import { podsOf } from "./observation.ts";
import type { CoordinatorPlan, PlanInput, Waiting, WorkersPlan } from "./plan-types.ts";
import { restartVeto } from "./policies.ts";

/** The coordinator's part of a plan, with what it waits for. */
export interface CoordinatorStep {
  readonly plan: CoordinatorPlan;
  readonly waiting: readonly Waiting[];
}

/** Plans the coordinator. */
export function planCoordinator(input: PlanInput, workers: WorkersPlan): CoordinatorStep {
  const { cluster, observation, target } = input;
  if (cluster.suspend) return suspend(input);
  if (!observation.coordinator) return { plan: { kind: "apply", replicas: 1 }, waiting: [starting()] };
  const pod = podsOf(observation, "coordinator")[0];
  const current = observation.coordinator.revision === target.coordinator && (pod === undefined || pod.revision === target.coordinator);
  if (current || pod === undefined) {
    return { plan: { kind: "apply", replicas: 1 }, waiting: pod?.ready ? answering(input) : [starting()] };
  }
  if (pod.deleting) return { plan: { kind: "keep" }, waiting: [starting()] };
  const veto = restartVeto({ ...input, pod, workers });
  if (veto) return { plan: { kind: "keep" }, waiting: [veto] };
  return {
    plan: { kind: "replace", pod: { name: pod.name, uid: pod.uid } },
    waiting: [{ reason: "CoordinatorRestarting", message: `the coordinator restarts for revision ${target.coordinator}` }],
  };
}

/** Workers go first: a worker whose coordinator is away cannot finish its tasks. */
function suspend({ observation }: PlanInput): CoordinatorStep {
  if (podsOf(observation, "worker").length > 0) return { plan: { kind: "keep" }, waiting: [] };
  const gone = podsOf(observation, "coordinator").length === 0;
  return {
    plan: { kind: "apply", replicas: 0 },
    waiting: gone ? [] : [{ reason: "CoordinatorStopping", message: "the coordinator is stopping" }],
  };
}

function starting(): Waiting {
  return { reason: "CoordinatorStarting", message: "the coordinator is starting" };
}

function answering({ observation }: PlanInput): readonly Waiting[] {
  const { trino } = observation;
  if (trino.kind === "answered" && !trino.starting) return [];
  const why = trino.kind === "silent" ? `: ${trino.reason}` : "";
  return [{ reason: "CoordinatorSilent", message: `the coordinator is ready but does not answer the operator${why}` }];
}
