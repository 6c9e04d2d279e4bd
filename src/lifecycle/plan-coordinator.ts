/**
 * The coordinator's part of the plan. There is at most one coordinator, and with it go all queries: its template is
 * applied only when the policies allow its restart, because a pod that dies for another reason comes back with it.
 *
 * Before it stops, it is withdrawn from the client Service and looked at once more: a query that came in between is not lost.
 */
import { isOverdue, isUp, type ObservedPod, podsOf, presentWorkers } from "./observation.ts";
import type { PreflightStep } from "./plan-preflight.ts";
import type { CoordinatorPlan, PlanInput, SeenObject, Waiting, WorkersPlan } from "./plan-types.ts";
import { idleRequired, restartVeto, stopVeto } from "./policies.ts";

/** The coordinator's part of a plan, with what it waits for. */
export interface CoordinatorStep {
  readonly plan: CoordinatorPlan;
  readonly waiting: readonly Waiting[];
}

/** What of the plan was made before. */
export interface Others {
  readonly workers: WorkersPlan;
  readonly preflight: PreflightStep;
}

/** How long a withdrawn coordinator is watched: kube-proxy has followed by then, and a client on its way has arrived. */
const WITHDRAWAL_MS = 5_000;

/** Plans the coordinator of a cluster that is not suspended. */
export function planCoordinator(input: PlanInput, others: Others): CoordinatorStep {
  const { observation, target } = input;
  const set = observation.coordinator;
  if (!set) return { plan: { kind: "apply", replicas: 1 }, waiting: [STARTING] };
  const pod = podsOf(observation, "coordinator")[0];
  if (pod?.deleting) return going(input, pod);
  const templateIsTarget = set.revision === target.coordinator;
  if (!pod) return { plan: templateIsTarget || others.preflight.concluded ? { kind: "apply", replicas: 1 } : KEEP, waiting: [STARTING] };
  if (templateIsTarget && pod.revision === target.coordinator) return current(input, pod);
  return restart(input, { pod, ...others });
}

const KEEP: CoordinatorPlan = { kind: "keep" };
const STARTING: Waiting = { reason: "CoordinatorStarting", message: "the coordinator is starting" };

function current({ observation }: PlanInput, pod: ObservedPod): CoordinatorStep {
  if (pod.withdrawnSince !== undefined) return { plan: restore(pod), waiting: [STARTING] };
  return { plan: { kind: "apply", replicas: 1 }, waiting: pod.ready ? answering(observation.trino) : [STARTING] };
}

function restart(input: PlanInput, others: Others & { pod: ObservedPod }): CoordinatorStep {
  const question = { ...input, ...others };
  const { pod } = others;
  const veto = restartVeto(question);
  if (veto) return { plan: waitWithdrawn(pod, false), waiting: [veto] };
  const withdrawal = idleRequired(question) ? withdrawn(input, pod) : undefined;
  return (
    withdrawal ?? {
      plan: { kind: "replace", pod: seen(pod) },
      waiting: [{ reason: "CoordinatorRestarting", message: `the coordinator restarts for revision ${input.target.coordinator}` }],
    }
  );
}

/** Undefined when it has been withdrawn for long enough, and is still idle. */
function withdrawn({ observation }: PlanInput, pod: ObservedPod): CoordinatorStep | undefined {
  const waiting: readonly Waiting[] = [
    { reason: "CoordinatorWithdrawn", message: "no client is sent to the coordinator while it is looked at for the last time" },
  ];
  if (pod.withdrawnSince === undefined) return { plan: { kind: "withdraw", pod: referenceOf(pod) }, waiting };
  return observation.at < Date.parse(pod.withdrawnSince) + WITHDRAWAL_MS ? { plan: KEEP, waiting } : undefined;
}

/** Whether the workers of a suspended cluster may go, and what is done to the coordinator until then. */
export interface SuspendStep extends CoordinatorStep {
  readonly workersMayGo: boolean;
}

/** Plans the coordinator of a suspended cluster: idle, then the workers go, then the coordinator, whose word they need to drain. */
export function planSuspend(input: PlanInput): SuspendStep {
  const { observation } = input;
  const workersMayGo = observation.workers.every((workload) => workload.replicas === 0);
  const until = untilIdle(input, workersMayGo);
  if (until && !workersMayGo) return { ...until, workersMayGo };
  if (presentWorkers(observation).length > 0) return { plan: KEEP, waiting: [], ...until, workersMayGo: true };
  if (until) return { ...until, workersMayGo };
  const [pod] = podsOf(observation, "coordinator");
  const lost = pod?.deleting && observation.coordinator?.replicas === 0 ? abandoned(input, pod) : undefined;
  return { plan: { kind: "apply", replicas: 0 }, waiting: pod ? [STOPPING] : [], ...lost, workersMayGo: true };
}

/**
 * What is done before anything goes; undefined when nothing is left to wait for. When the workers have gone, a coordinator that
 * comes up late, or anew, is withdrawn at once and for good: without workers no query can succeed.
 */
function untilIdle(input: PlanInput, workersGone: boolean): CoordinatorStep | undefined {
  const pod = podsOf(input.observation, "coordinator").find((candidate) => !candidate.deleting);
  if (!pod || !isUp(input.observation, pod)) return undefined;
  const question = { ...input, pod };
  const veto = stopVeto(question);
  if (veto) return { plan: waitWithdrawn(pod, workersGone), waiting: [veto] };
  return idleRequired(question) ? withdrawn(input, pod) : undefined;
}

function waitWithdrawn(pod: ObservedPod, stays: boolean): CoordinatorPlan {
  const isWithdrawn = pod.withdrawnSince !== undefined;
  if (isWithdrawn === stays) return KEEP;
  return stays ? { kind: "withdraw", pod: referenceOf(pod) } : restore(pod);
}

const STOPPING: Waiting = { reason: "CoordinatorStopping", message: "the coordinator is stopping" };

function going(input: PlanInput, pod: ObservedPod): CoordinatorStep {
  return abandoned(input, pod) ?? { plan: KEEP, waiting: [STARTING] };
}

/** A pod whose kubelet does not end it is on a lost node, or so it seems: only a live look at the node may tell. */
function abandoned({ observation }: PlanInput, pod: ObservedPod): CoordinatorStep | undefined {
  if (!isOverdue(observation, pod) || pod.node === undefined) return undefined;
  return {
    plan: { kind: "abandon", pod: seen(pod), node: pod.node },
    waiting: [{ reason: "CoordinatorLost", message: `node ${pod.node} does not end the coordinator's pod ${pod.name}` }],
  };
}

function answering(trino: PlanInput["observation"]["trino"]): readonly Waiting[] {
  if (trino.kind === "answered" && !trino.starting) return [];
  const why = trino.kind === "silent" ? `: ${trino.reason}` : "";
  return [{ reason: "CoordinatorSilent", message: `the coordinator is ready but does not answer the operator${why}` }];
}

function restore(pod: ObservedPod): CoordinatorPlan {
  return { kind: "restore", pod: referenceOf(pod) };
}

function seen({ name, uid, resourceVersion }: ObservedPod): SeenObject {
  return { name, uid, resourceVersion };
}

function referenceOf({ name, uid }: ObservedPod): { readonly name: string; readonly uid: string } {
  return { name, uid };
}
