/** Updates the status: the one place where it is written, and the one where its events come from. */
import { leaves, type Observation, podsOf, presentWorkers, standingWorkers, trinoOf } from "../../lifecycle/observation.ts";
import { type Condition, setCondition } from "../../runtime/conditions.ts";
import { CLUSTER_LABEL, COMPONENT_LABEL } from "../../trino/labels.ts";
import { type Statement, statementsOf } from "./conditions.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import type { Outcome } from "./outcome.ts";
import { rolloutStatus } from "./rollout-status.ts";
import { transitionEvents } from "./transition-events.ts";

type Status = NonNullable<LiveTrinoCluster["status"]>;

/** Writes the status when it changed, and records an event for each condition that did. */
export async function updateStatus(object: LiveTrinoCluster, outcome: Outcome, ctx: Context): Promise<void> {
  const statements = statementsOf(object, outcome);
  const previous = (object.status?.conditions ?? []) as readonly Condition[];
  const now = ctx.now();
  const conditions = nextConditions(object, { previous, statements, now });
  await ctx.applyStatus(object, statusOf(object, outcome, { conditions, now }));
  for (const event of transitionEvents(previous, statements)) ctx.recordEvent(object, event);
  setMetrics(object, { outcome, statements, ctx });
}

const CONDITION_VALUES = { True: 1, False: 0, Unknown: -1 } as const;

function setMetrics(
  object: LiveTrinoCluster,
  { outcome, statements, ctx }: { outcome: Outcome; statements: readonly Statement[]; ctx: Context },
): void {
  const labels = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
  for (const { type, status } of statements) ctx.metrics.set("condition", { ...labels, condition: type }, CONDITION_VALUES[status]);
  const workers = workersStatus(object, outcome.observation);
  for (const state of ["desired", "ready", "registered", "draining"] as const)
    ctx.metrics.set("workers", { ...labels, state }, workers[state] ?? 0);
  const { trino } = outcome.observation;
  if (trino.kind !== "answered") return;
  ctx.metrics.set("queries", labels, trino.queries);
  ctx.metrics.set("queriesWaitedFor", labels, waitsForQueries(outcome) ? trino.queries : 0);
}

function waitsForQueries(outcome: Outcome): boolean {
  return outcome.kind === "planned" && outcome.plan.waiting.some(({ reason }) => reason === "QueriesRunning");
}

function nextConditions(
  object: LiveTrinoCluster,
  { previous, statements, now }: { previous: readonly Condition[]; statements: readonly Statement[]; now: number },
): readonly Condition[] {
  const observedGeneration = object.metadata.generation ?? 0;
  return statements.reduce((list, statement) => setCondition(list, { ...statement, observedGeneration }, now), previous);
}

function statusOf(
  object: LiveTrinoCluster,
  outcome: Outcome,
  { conditions, now }: { conditions: readonly Condition[]; now: number },
): Status {
  const { observation } = outcome;
  const waiting = outcome.kind === "planned" ? outcome.plan.waiting.map((entry) => entry.message).join("; ") : "";
  const metastore = metastoreStatus(object, outcome);
  return {
    observedGeneration: object.metadata.generation ?? 0,
    conditions,
    ...(observation.trino.kind === "answered" && Number.isInteger(Number(observation.trino.version))
      ? { version: Number(observation.trino.version) }
      : keep(object.status, "version")),
    endpoint: `http://${object.metadata.name}.${object.metadata.namespace}.svc:${object.spec.service?.port ?? 8080}`,
    ...(waiting === "" ? {} : { waitingFor: waiting }),
    workers: workersStatus(object, observation),
    selector: `${CLUSTER_LABEL}=${object.metadata.name},${COMPONENT_LABEL}=worker`,
    ...(object.spec.catalogs ? { catalogs: catalogsStatus(object, outcome) } : {}),
    ...(metastore ? { hiveMetastore: metastore } : {}),
    ...(outcome.kind === "planned" && outcome.cluster.warnings.length > 0 ? { warnings: outcome.cluster.warnings } : {}),
    ...rolloutStatus(object, outcome, now),
  };
}

function keep<K extends keyof Status>(status: Status | undefined, key: K): Partial<Pick<Status, K>> {
  return status?.[key] === undefined ? {} : ({ [key]: status[key] } as Pick<Status, K>);
}

function workersStatus(object: LiveTrinoCluster, observation: Observation): NonNullable<Status["workers"]> {
  const desired = object.spec.suspend === true ? 0 : (object.spec.workers?.replicas ?? 2);
  const standing = standingWorkers(observation);
  const registered = observation.trino.kind === "answered" ? observation.trino.registered : 0;
  return {
    desired,
    replicas: standing.length,
    ready: standing.filter((pod) => pod.ready).length,
    registered,
    draining: presentWorkers(observation).filter(leaves).length,
    summary: trinoOf(observation).kind === "silent" ? `?/${desired}` : `${registered}/${desired}`,
  };
}

/** With static catalogs a coordinator that has started has loaded every catalog that it was started with. */
function catalogsStatus(object: LiveTrinoCluster, outcome: Outcome): NonNullable<Status["catalogs"]> {
  const names = Object.keys(object.spec.catalogs ?? {});
  const known = new Map((object.status?.catalogs ?? []).map((catalog) => [catalog.name, catalog]));
  if (outcome.kind !== "planned") return names.map((name) => known.get(name) ?? { name, accepted: false });
  const {
    observation,
    plan: { target },
  } = outcome;
  const pod = podsOf(observation, "coordinator").find((candidate) => !candidate.deleting);
  if (pod?.revision !== target.coordinator) return names.map((name) => known.get(name) ?? { name, accepted: false });
  const started = observation.trino.kind === "answered" && !observation.trino.starting;
  const error = pod.problem?.reason === "ConfigurationRefused" ? { error: pod.problem.message } : {};
  return names.map((name) => ({ name, accepted: started, ...(started ? {} : error) }));
}

/** Only of one that the operator runs: nobody asks another one. */
function metastoreStatus(object: LiveTrinoCluster, outcome: Outcome): Status["hiveMetastore"] {
  const { hiveMetastore } = object.spec;
  if (!hiveMetastore || hiveMetastore.external) return undefined;
  const { ready: pods, workload } = outcome.observation.metastore;
  const known = object.status?.hiveMetastore;
  const ready = pods > 0;
  if (outcome.kind !== "planned" || outcome.cluster.metastore?.kind !== "managed") return { ...known, ready };
  const { schemaVersion, waiting = [] } = outcome.plan.metastore ?? {};
  return {
    ready,
    version: workload?.version ?? known?.version ?? outcome.cluster.metastore.version,
    ...(schemaVersion === undefined ? {} : { schemaVersion }),
    ...(waiting.length === 0 ? {} : { waitingFor: waiting.map(({ message }) => message).join("; ") }),
  };
}
