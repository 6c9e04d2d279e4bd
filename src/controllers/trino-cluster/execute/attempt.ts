/** Remembers an attempt to let a pair of revisions serve, with one of the two. */
import { ATTEMPT_ANNOTATION } from "../../../trino/labels.ts";
import { recordName } from "../../../trino/names.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution } from "./execution.ts";

/** Writes what the plan says about the attempt. */
export async function executeAttempt({ object, cluster, plan }: Execution, ctx: Context): Promise<void> {
  if (plan.attempt.kind === "keep") return;
  const { attempt, keptWith, wayBack } = plan.attempt;
  const revision = keptWith === "worker" ? attempt.workers : attempt.coordinator;
  const name = { namespace: cluster.namespace, name: recordName(cluster, keptWith, revision) };
  await ctx.patch(KINDS.ControllerRevision, name, { metadata: { annotations: { [ATTEMPT_ANNOTATION]: JSON.stringify(attempt) } } });
  if (attempt.result !== "Failed") return;
  const failed = `revision ${revision} of the ${keptWith === "worker" ? "workers" : "coordinator"} did not serve`;
  if (wayBack) {
    const note = `${failed}, and the last one that did comes back: ${attempt.reason}`;
    return ctx.recordEvent(object, { type: "Warning", reason: "RolledBack", action: "RollBack", note });
  }
  const note = `${failed}, and no other one has served that could come back; it stays until the spec is corrected: ${attempt.reason}`;
  ctx.recordEvent(object, { type: "Warning", reason: "RevisionFailed", action: "RollBack", note });
}
