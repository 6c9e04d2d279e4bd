/** `status.rollout`: where a rollout is, what it waits for, and who drains. */
import { leaves, type ObservedPod, podsOf, presentWorkers } from "../../lifecycle/observation.ts";
import { type RolledBack, SUSPENDED, type Target } from "../../lifecycle/plan-types.ts";
import type { Reason } from "../../lifecycle/reasons.ts";
import { metaTime } from "../../runtime/time.ts";
import type { LiveTrinoCluster } from "./context.ts";
import type { Outcome } from "./outcome.ts";

type Status = NonNullable<LiveTrinoCluster["status"]>;
type Rollout = NonNullable<Status["rollout"]>;
interface Movement {
  readonly phase: string;
  /** A scale-in goes from no revision to another. */
  readonly from?: string;
  readonly to?: string;
}
type Planned = Extract<Outcome, { kind: "planned" }>;

/** Shown while the coordinator or the workers move from one revision to another, while workers or a cluster go, and after a failure. */
export function rolloutStatus(object: LiveTrinoCluster, outcome: Outcome, now: number): Pick<Status, "rollout"> | Record<string, never> {
  if (outcome.kind !== "planned") return object.status?.rollout === undefined ? {} : { rollout: object.status.rollout };
  const movement = movementOf(outcome);
  if (!movement) return {};
  const { to } = movement;
  const reason = outcome.plan.rolledBack?.reason ?? outcome.plan.waiting[0]?.message;
  const before = object.status?.rollout;
  const since = before?.to === to ? before?.since : undefined;
  const draining = presentWorkers(outcome.observation).filter(leaves);
  return {
    rollout: {
      ...movement,
      ...(reason === undefined ? {} : { reason }),
      since: since ?? metaTime(now),
      updated: podsOf(outcome.observation, "worker").filter(
        (pod) => pod.revision === outcome.plan.target.workers && pod.ready && !pod.deleting,
      ).length,
      ...(draining.length > 0 ? { draining: draining.map((pod) => drainingWorker(pod, outcome)) } : {}),
    },
  };
}

/** The coordinator's revision names a rollout of both: its stop is what a deadline is about. */
function movementOf({ cluster, observation, plan }: Planned): Movement | undefined {
  const { target } = plan;
  const coordinator = podsOf(observation, "coordinator").find((pod) => !pod.deleting);
  if (plan.rolledBack) return { phase: "RolledBack", from: backTo(plan.rolledBack, target), to: plan.rolledBack.revision };
  if (cluster.suspend)
    return coordinator && { phase: phaseOf(plan.waiting[0]?.reason, "Suspending"), from: coordinator.revision, to: SUSPENDED };
  const workers = observation.workers.find((workload) => workload.revision !== target.workers && workload.replicas > 0);
  if (coordinator && coordinator.revision !== target.coordinator) {
    return {
      phase: phaseOf(plan.waiting[0]?.reason, workers ? "Workers" : "Coordinator"),
      from: coordinator.revision,
      to: target.coordinator,
    };
  }
  if (workers) return { phase: phaseOf(plan.waiting[0]?.reason, "Workers"), from: workers.revision, to: target.workers };
  return isScalingIn({ cluster, observation }) ? { phase: "ScalingIn" } : undefined;
}

function backTo({ role }: RolledBack, { coordinator, workers }: Target): string {
  return role === "worker" ? workers : coordinator;
}

/** From the first mark until the last marked pod is gone. */
function isScalingIn({ cluster, observation }: Pick<Planned, "cluster" | "observation">): boolean {
  const surplus = observation.workers.some(({ replicas }) => replicas > cluster.workers.replicas);
  return surplus || presentWorkers(observation).some((pod) => pod.drainSince !== undefined);
}

const PHASES: Partial<Record<Reason, string>> = {
  EditsSettling: "Preflight",
  PreflightRunning: "Preflight",
  PreflightFailed: "Preflight",
  TrinoUnknown: "WaitingForIdle",
  QueriesRunning: "WaitingForIdle",
  CoordinatorWithdrawn: "Coordinator",
};

function phaseOf(reason: Reason | undefined, otherwise: string): string {
  return (reason && PHASES[reason]) ?? otherwise;
}

function drainingWorker(pod: ObservedPod, { observation }: Planned): NonNullable<Rollout["draining"]>[number] {
  const node = observation.nodes.get(pod.name);
  return {
    pod: pod.name,
    ...(pod.drainSince === undefined ? {} : { since: pod.drainSince }),
    ...(node?.kind === "answered" ? { runningTasks: node.tasks } : {}),
  };
}
