/** Notes on pods. */
import type { PodReference } from "../../../lifecycle/plan-types.ts";
import { isInvalid } from "../../../runtime/api-error.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution } from "./execution.ts";
import { unlessGone } from "./unless-gone.ts";

/** Writes annotations, null to remove one; false when the pod is gone. Its UID makes the patch of a namesake invalid. */
export async function annotatePod(
  { cluster }: Pick<Execution, "cluster">,
  { pod, annotations }: { readonly pod: PodReference; readonly annotations: Readonly<Record<string, string | null>> },
  ctx: Context,
): Promise<boolean> {
  const metadata = { uid: pod.uid, annotations };
  return ctx.patch(KINDS.Pod, { namespace: cluster.namespace, name: pod.name }, { metadata }).then(
    () => true,
    (error: unknown) => {
      if (!isInvalid(error)) unlessGone(error);
      return false;
    },
  );
}
