/** Executes the preflight's part of a plan. */
import { isAlreadyExists } from "../../../runtime/api-error.ts";
import { toldOfRefusal } from "../../../runtime/object-refused.ts";
import type { RoleName } from "../../../trino/cluster.ts";
import { PREFLIGHT_ANNOTATION } from "../../../trino/labels.ts";
import { recordName } from "../../../trino/names.ts";
import { preflightPod } from "../../../trino/resources/preflight.ts";
import type { Manifest } from "../../../trino/resources.ts";
import { asObject, KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { refusedInWords } from "../manifest-refused.ts";
import type { Execution } from "./execution.ts";
import { unlessGone } from "./unless-gone.ts";

/** Starts the throw-away pod, remembers how it ended, and removes those of no use. */
export async function executePreflight({ object, cluster, resources, plan }: Execution, ctx: Context): Promise<void> {
  const { namespace } = cluster;
  for (const { name, uid } of plan.discard) await ctx.client.delete(KINDS.Pod, { namespace, name }, { uid }).catch(unlessGone);
  const { preflight } = plan;
  if (preflight.kind === "none") return;
  if (preflight.kind === "conclude") {
    const name = { namespace, name: recordName(cluster, preflight.role, preflight.revision) };
    await ctx.patch(KINDS.ControllerRevision, name, { metadata: { annotations: { [PREFLIGHT_ANNOTATION]: preflight.result } } });
    return ctx.recordEvent(object, EVENTS[preflight.result]);
  }
  const { revision } = preflight.role === "coordinator" ? resources.coordinator : resources.workers;
  if (revision.hash !== preflight.revision) return; // only what the spec asks for now is ever tried
  await createPod(preflightPod(cluster, preflight.role, revision), preflight.role, ctx);
}

async function createPod(pod: Manifest, role: RoleName, ctx: Context): Promise<void> {
  const { namespace, name } = pod.metadata;
  const create = () => toldOfRefusal(KINDS.Pod, { namespace, name }, () => ctx.client.create(KINDS.Pod, asObject(pod)));
  await refusedInWords(pod, role, create).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

const EVENTS = {
  Passed: { type: "Normal", reason: "PreflightPassed", action: "Preflight", note: "a throw-away pod of the new revision came up" },
  Skipped: {
    type: "Warning",
    reason: "PreflightSkipped",
    action: "Preflight",
    note: "no node had room for a throw-away pod of the new revision in time: the revision is rolled out without that proof",
  },
} as const;
