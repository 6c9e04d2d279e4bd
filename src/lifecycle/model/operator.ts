/** The operator: it observes, plans and executes, when something that it watches changed or its time has come. */
import type { TrinoCluster } from "../../api/v1alpha1/trino-cluster.ts";
import type { Cluster } from "../../trino/cluster.ts";
import { cluster as validCluster } from "../fixtures.ts";
import { type Observation, podsOf } from "../observation.ts";
import { plan as makePlan } from "../plan.ts";
import { type Plan, SUSPENDED } from "../plan-types.ts";
import type { Reason } from "../reasons.ts";
import { execute, Killed } from "./execute.ts";
import { seen } from "./monitor.ts";
import { observe } from "./view.ts";
import { DRAIN_TIMEOUT_SECONDS, rfc3339, targetOf, type World } from "./world.ts";

/** When the operator looks again though nothing changed: the table of `controllers/trino-cluster/outcome.ts`. */
const SETTLED_MS = 60_000;
const UNDER_WAY_MS = 15_000;
const SOON_MS = 1_000;
const IDLE_MS = 3_000;
const SOON: ReadonlySet<Reason> = new Set(["WorkersRegistering", "CoordinatorSilent", "CoordinatorWithdrawn", "EditsSettling"]);

/** How long an operator that was killed is down. */
const DOWN_MS = 5_000;

/** Reconciles, when there is a reason to; what it writes itself is a reason to do so again, before Kubernetes has acted on it. */
export function operatorStep(world: World): void {
  for (let round = 0; round < 3; round++) {
    const { operator } = world;
    if (world.now < operator.downUntil) return;
    if (operator.seenVersion === world.version && world.now < operator.lookAgainAt) return;
    reconcile(world);
  }
}

/** One reconcile. */
export function reconcile(world: World): void {
  const { operator } = world;
  if (world.now < operator.downUntil) return;
  operator.seenVersion = world.version;
  const observation = observe(world);
  const cluster = clusterOf(world);
  seen(world, observation);
  const plan = makePlan({ cluster, target: targetOf(world.wanted), observation });
  operator.lastPlan = plan;
  operator.lookAgainAt = world.now + requeueAfter(plan);
  try {
    execute(world, plan);
    world.api.rollout = rolloutOf(world, plan, observation);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    operator.writesLeft = undefined;
    operator.downUntil = world.now + DOWN_MS;
    operator.lookAgainAt = 0;
    world.lag = { pods: 0, deployments: 0 }; // it lists anew
  }
}

const BASES = new Map<World["settings"], Cluster>();

function clusterOf({ settings, wanted }: World): Cluster {
  const base = BASES.get(settings) ?? validCluster(specOf(settings));
  BASES.set(settings, base);
  const { version, replicas, suspend } = wanted;
  return { ...base, version, suspend, workers: { ...base.workers, replicas } };
}

function specOf({ updatePolicy, preflight, minAvailable, maxSurge, maxUnavailable }: World["settings"]): Partial<TrinoCluster["spec"]> {
  const deadline =
    updatePolicy.kind === "WhenIdle" && updatePolicy.deadlineSeconds !== undefined ? { deadline: `${updatePolicy.deadlineSeconds}s` } : {};
  return {
    coordinator: { updatePolicy: { type: updatePolicy.kind, ...deadline } },
    workers: {
      minAvailable,
      drainTimeout: `${DRAIN_TIMEOUT_SECONDS}s`,
      rollout: { preflight, maxSurge, maxUnavailable, progressDeadline: "90s" },
    },
  };
}

function requeueAfter({ waiting }: Plan): number {
  if (waiting.length === 0) return SETTLED_MS;
  const lasting = waiting.some(({ reason }) => reason === "WorkerNotRegistered");
  if (!lasting && waiting.some(({ reason }) => SOON.has(reason))) return SOON_MS;
  return waiting.some(({ reason }) => reason === "QueriesRunning") ? IDLE_MS : UNDER_WAY_MS;
}

/** What of `controllers/trino-cluster/rollout-status.ts` a plan depends on: what is moved to, and since when. */
function rolloutOf(world: World, plan: Plan, observation: Observation): World["api"]["rollout"] {
  const to = goalOf(world, plan, observation);
  if (to === undefined) return undefined;
  const before = world.api.rollout;
  return before?.to === to ? before : { to, since: rfc3339(world.now) };
}

function goalOf({ wanted }: World, { target, rolledBack }: Plan, observation: Observation): string | undefined {
  const coordinator = podsOf(observation, "coordinator").find(({ deleting }) => !deleting);
  if (rolledBack) return rolledBack.revision;
  if (wanted.suspend) return coordinator && SUSPENDED;
  if (coordinator && coordinator.revision !== target.coordinator) return target.coordinator;
  return observation.workers.some(({ revision, replicas }) => revision !== target.workers && replicas > 0) ? target.workers : undefined;
}
