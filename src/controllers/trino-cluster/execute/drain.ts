/** Executes the removal of workers by order. What is written comes before what is told, so that a restart finds it. */
import type { IPod } from "kubernetes-models/v1/Pod";
import { observePod } from "../../../lifecycle/observe.ts";
import { DELETION_COST, inTheWay } from "../../../lifecycle/plan-drain.ts";
import type { DrainStep, PodReference } from "../../../lifecycle/plan-types.ts";
import type { Live } from "../../../lifecycle/stores.ts";
import { metaTime } from "../../../runtime/time.ts";
import {
  CLUSTER_UID_LABEL,
  COMPONENT_LABEL,
  DELETION_COST_ANNOTATION,
  DRAIN_ANNOTATION,
  MANAGED_BY,
  MANAGED_BY_LABEL,
  REVISION_LABEL,
} from "../../../trino/labels.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { trinoNodeOf } from "../trino-node.ts";
import type { Execution } from "./execution.ts";
import { patchPod } from "./patch-pod.ts";
import { unlessGone } from "./unless-gone.ts";

type Step<Kind extends DrainStep["kind"]> = Extract<DrainStep, { kind: Kind }>;

/** Does what the plan says about single workers; a removal is for `mayRemove` and whoever scales. */
export async function executeDrain(execution: Execution, ctx: Context): Promise<void> {
  await Promise.all(execution.plan.drain.map((step) => executeStep(execution, step, ctx)));
}

async function executeStep(execution: Execution, step: DrainStep, ctx: Context): Promise<void> {
  switch (step.kind) {
    case "mark":
      return mark(execution, step, ctx);
    case "drain":
      return drain(execution, step.pod, ctx);
    case "hasten":
      return hasten(execution, step, ctx);
    case "release":
      return release(execution, step, ctx);
    case "restore":
      return restore(execution, step, ctx);
    case "remove":
      return;
    default:
      step satisfies never;
  }
}

async function mark(execution: Execution, { pod, started }: Step<"mark">, ctx: Context): Promise<void> {
  const annotations = { [DRAIN_ANNOTATION]: metaTime(ctx.now()), [DELETION_COST_ANNOTATION]: String(DELETION_COST.marked) };
  if (!(await patchPod(execution, { pod, annotations }, ctx)) || !started) return;
  record(
    execution,
    { reason: "WorkerDraining", note: `worker ${pod.name} is to go: it takes no new tasks and finishes those it has` },
    ctx,
  );
  await tell(execution, { pod, state: "DRAINING" }, ctx);
}

/** Noted first: a worker has its time from when it was told, and not from when it was to be. */
async function drain(execution: Execution, pod: PodReference, ctx: Context): Promise<void> {
  const annotations = { [DRAIN_ANNOTATION]: metaTime(ctx.now()), [DELETION_COST_ANNOTATION]: String(DELETION_COST.marked) };
  if (await patchPod(execution, { pod, annotations }, ctx)) await tell(execution, { pod, state: "DRAINING" }, ctx);
}

/** A second delete can only shorten the time. Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination */
async function hasten({ cluster }: Execution, { pod, gracePeriodSeconds }: Step<"hasten">, ctx: Context): Promise<void> {
  const name = { namespace: cluster.namespace, name: pod.name };
  await ctx.client.delete(KINDS.Pod, name, { uid: pod.uid, gracePeriodSeconds }).catch(unlessGone);
}

const RELEASED = {
  Drained: { type: "Normal", reason: "WorkerDrained", text: "has finished its tasks" },
  TimedOut: { type: "Warning", reason: "WorkerDrainTimedOut", text: "still has tasks at the end of workers.drainTimeout" },
  Untold: { type: "Warning", reason: "WorkerDrainTimedOut", text: "could not be told to drain within workers.drainTimeout" },
  NotRunning: { type: "Normal", reason: "WorkerNotRunning", text: "does not run" },
} as const;

async function release(execution: Execution, { pod, since, result }: Step<"release">, ctx: Context): Promise<void> {
  const cost = result === "TimedOut" ? DELETION_COST.timedOut : DELETION_COST.released;
  const annotations = { [DELETION_COST_ANNOTATION]: String(cost) };
  if (!(await patchPod(execution, { pod, annotations }, ctx))) return;
  const seconds = Math.max(0, (ctx.now() - Date.parse(since)) / 1000);
  const { namespace, name } = execution.cluster;
  ctx.metrics.observe("drainSeconds", { namespace, name, result }, seconds);
  const { type, reason, text } = RELEASED[result];
  record(execution, { type, reason, note: `worker ${pod.name} ${text}, ${Math.round(seconds)} s after it was told to drain` }, ctx);
}

/** The mark goes last: whoever still has it is told again. */
async function restore(execution: Execution, { pod, started, instead }: Step<"restore">, ctx: Context): Promise<void> {
  if (started && !(await tell(execution, { pod, state: "ACTIVE" }, ctx))) return;
  const annotations = { [DRAIN_ANNOTATION]: null, [DELETION_COST_ANNOTATION]: null };
  if (!(await patchPod(execution, { pod, annotations }, ctx))) return;
  const why = instead.length === 0 ? "" : `; ${instead.join(", ")} went in its place and finishes its tasks before`;
  record(execution, { reason: "WorkerRestored", note: `worker ${pod.name} stays and takes tasks again${why}` }, ctx);
}

/** Tells a worker its new state; false when that does not take it, which the next reconcile tries again. */
async function tell(
  execution: Execution,
  { pod, state }: { readonly pod: PodReference; readonly state: "DRAINING" | "ACTIVE" },
  ctx: Context,
): Promise<boolean> {
  const { object, cluster } = execution;
  const live = ctx.stores.pods.get({ namespace: cluster.namespace, name: pod.name });
  if (live?.metadata.uid !== pod.uid) return false;
  const node = await trinoNodeOf(live, { object, internalSecret: cluster.internalSecret }, ctx);
  if (!node) return false;
  return ctx.trino.tell(cluster.uid, node, state).then(
    () => true,
    (error: unknown) => {
      const note = `worker ${pod.name} could not be told ${state}, which is tried again: ${error instanceof Error ? error.message : String(error)}`;
      record(execution, { type: "Warning", reason: "WorkerNotTold", note }, ctx);
      return false;
    },
  );
}

/** A live look: whether lowering a Deployment would take just those workers that may go. The caches may be behind. */
export async function mayRemove({ cluster }: Execution, { revision, replicas, pods }: Step<"remove">, ctx: Context): Promise<boolean> {
  const labels = {
    [MANAGED_BY_LABEL]: MANAGED_BY,
    [CLUSTER_UID_LABEL]: cluster.uid,
    [COMPONENT_LABEL]: "worker",
    [REVISION_LABEL]: revision,
  };
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  const live = await ctx.client.list<Live<IPod>>(KINDS.Pod, { namespace: cluster.namespace, labelSelector });
  return inTheWay({ pods: live.map(observePod), chosen: pods.map(({ uid }) => uid), replicas }) === undefined;
}

/** Tells that they go. */
export function recordRemoval(execution: Execution, { replicas, pods }: Step<"remove">, ctx: Context): void {
  if (pods.length === 0) return;
  const names = pods.map(({ name }) => name).join(", ");
  record(execution, { reason: "WorkersRemoved", note: `down to ${replicas} workers: ${names}` }, ctx);
}

function record(
  { object }: Execution,
  { type = "Normal", reason, note }: { readonly type?: "Normal" | "Warning"; readonly reason: string; readonly note: string },
  ctx: Context,
): void {
  ctx.recordEvent(object, { type, reason, action: "Drain", note });
}
