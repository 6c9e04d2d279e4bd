/** Executes what is planned about workers that the coordinator does not know. */
import type { RegistrationStep } from "../../../lifecycle/plan-types.ts";
import { metaTime } from "../../../runtime/time.ts";
import { REPLACED_ANNOTATION, UNREGISTERED_ANNOTATION } from "../../../trino/labels.ts";
import { recordName } from "../../../trino/names.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution } from "./execution.ts";
import { patchPod } from "./patch-pod.ts";
import { unlessGone } from "./unless-gone.ts";

/** Writes since when they are unknown, and replaces the one that the plan names. */
export async function executeRegistration(execution: Execution, ctx: Context): Promise<void> {
  for (const step of execution.plan.registration) {
    if (step.kind === "replace") await replace(execution, step, ctx);
    else {
      const since = step.kind === "suspect" ? metaTime(ctx.now()) : null;
      await patchPod(execution, { pod: step.pod, annotations: { [UNREGISTERED_ANNOTATION]: since } }, ctx);
    }
  }
}

/** It is counted first: an operator that dies in between has used up an attempt, but never makes one too many. */
async function replace(
  { object, cluster }: Execution,
  { pod, revision, attempt }: Extract<RegistrationStep, { kind: "replace" }>,
  ctx: Context,
): Promise<void> {
  const { namespace, name } = cluster;
  const revisionName = { namespace, name: recordName(cluster, "worker", revision) };
  await ctx.patch(KINDS.ControllerRevision, revisionName, { metadata: { annotations: { [REPLACED_ANNOTATION]: String(attempt) } } });
  await ctx.client.delete(KINDS.Pod, { namespace, name: pod.name }, { uid: pod.uid }).catch(unlessGone);
  ctx.metrics.count("replacedWorkers", { namespace, name });
  ctx.recordEvent(object, {
    type: "Warning",
    reason: "WorkerReplaced",
    action: "Replace",
    note: `pod ${pod.name} was deleted for another one, because the coordinator does not know its worker (attempt ${attempt})`,
  });
}
