/** Executes the coordinator's part of a plan. */
import type { PodReference, SeenObject } from "../../../lifecycle/plan-types.ts";
import { isForbidden, isNotFound } from "../../../runtime/api-error.ts";
import type { KubernetesObject } from "../../../runtime/object.ts";
import { metaTime } from "../../../runtime/time.ts";
import { SERVING_LABEL, WITHDRAWN_ANNOTATION } from "../../../trino/labels.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { deleteSeen } from "./delete-seen.ts";
import type { Execution, TargetRevisions } from "./execution.ts";
import { patchPod } from "./patch-pod.ts";

/** Does what the plan says about the coordinator. */
export async function executeCoordinator(execution: Execution, revisions: TargetRevisions, ctx: Context): Promise<void> {
  const { object, cluster, resources, plan } = execution;
  const { coordinator } = plan;
  switch (coordinator.kind) {
    case "keep":
      return;
    case "apply":
      return ctx.apply(resources.coordinator.statefulSet(revisions.coordinator, coordinator.replicas));
    case "withdraw":
      return serveClients(execution, { pod: coordinator.pod, serving: false }, ctx);
    case "restore":
      return serveClients(execution, { pod: coordinator.pod, serving: true }, ctx);
    case "replace":
      await ctx.apply(resources.coordinator.statefulSet(revisions.coordinator, 1));
      if (!(await deleteSeen({ type: KINDS.Pod, namespace: cluster.namespace, seen: coordinator.pod }, ctx))) return;
      return ctx.recordEvent(object, {
        type: "Normal",
        reason: "CoordinatorRestarted",
        action: "Restart",
        note: `pod ${coordinator.pod.name} was deleted to come back with revision ${revisions.coordinator.hash}`,
      });
    case "abandon":
      return abandon(execution, coordinator, ctx);
    default:
      coordinator satisfies never;
  }
}

/** The client Service selects by this label. */
async function serveClients(
  execution: Execution,
  { pod, serving }: { readonly pod: PodReference; readonly serving: boolean },
  ctx: Context,
): Promise<void> {
  const labels = { [SERVING_LABEL]: String(serving) };
  const annotations = { [WITHDRAWN_ANNOTATION]: serving ? null : metaTime(ctx.now()) };
  if (!(await patchPod(execution, { pod, labels, annotations }, ctx))) return;
  ctx.recordEvent(execution.object, {
    type: "Normal",
    reason: serving ? "CoordinatorRestored" : "CoordinatorWithdrawn",
    action: serving ? "Restore" : "Withdraw",
    note: serving ? `clients are sent to pod ${pod.name} again` : `no client is sent to pod ${pod.name} before it stops`,
  });
}

/** Two coordinators must never be there at once, so a pod is removed without its kubelet only when that is seen to be away. */
async function abandon(
  { object, cluster }: Execution,
  { pod, node }: { readonly pod: SeenObject; readonly node: string },
  ctx: Context,
): Promise<void> {
  if (!(await isNodeLost(node, ctx))) return;
  if (!(await deleteSeen({ type: KINDS.Pod, namespace: cluster.namespace, seen: pod, gracePeriodSeconds: 0 }, ctx))) return;
  ctx.recordEvent(object, {
    type: "Warning",
    reason: "CoordinatorAbandoned",
    action: "Abandon",
    note: `node ${node} is lost: pod ${pod.name} was removed without its kubelet, so that another one can start`,
  });
}

interface Node extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A live look. An operator that is limited to namespaces may not take it, and leaves the pod to a person. */
async function isNodeLost(name: string, ctx: Context): Promise<boolean> {
  try {
    const node = await ctx.client.get<Node>(KINDS.Node, { namespace: "", name });
    return node.status?.conditions?.some(({ type, status }) => type === "Ready" && status !== "True") ?? false;
  } catch (error) {
    if (isNotFound(error)) return true;
    if (isForbidden(error)) return false;
    throw error;
  }
}
