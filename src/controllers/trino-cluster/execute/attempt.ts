/** Remembers an attempt to let a pair of revisions serve, with the coordinator's revision. */
import { ATTEMPT_ANNOTATION } from "../../../trino/labels.ts";
import { recordName } from "../../../trino/names.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution } from "./execution.ts";

/** Writes what the plan says about the attempt. */
export async function executeAttempt({ object, cluster, plan }: Execution, ctx: Context): Promise<void> {
  if (plan.attempt.kind === "keep") return;
  const { attempt } = plan.attempt;
  const name = { namespace: cluster.namespace, name: recordName(cluster, "coordinator", plan.target.coordinator) };
  await ctx.patch(KINDS.ControllerRevision, name, { metadata: { annotations: { [ATTEMPT_ANNOTATION]: JSON.stringify(attempt) } } });
  if (attempt.result === "Failed") {
    ctx.recordEvent(object, {
      type: "Warning",
      reason: "RolledBack",
      action: "RollBack",
      note: `revision ${plan.target.coordinator} did not serve, and the last one that did comes back: ${attempt.reason}`,
    });
  }
}
