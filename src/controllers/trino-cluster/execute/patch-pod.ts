/** Notes on pods. */
import type { PodReference } from "../../../lifecycle/plan-types.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import type { Execution } from "./execution.ts";
import { unlessNamesake } from "./unless-gone.ts";

type Notes = Readonly<Record<string, string | null>>;

/** Writes labels and annotations, null to remove one; false when the pod is gone. Its UID makes the patch of a namesake invalid. */
export async function patchPod(
  { cluster }: Pick<Execution, "cluster">,
  { pod, ...notes }: { readonly pod: PodReference; readonly annotations: Notes; readonly labels?: Notes },
  ctx: Context,
): Promise<boolean> {
  const metadata = { uid: pod.uid, ...notes };
  return ctx.patch(KINDS.Pod, { namespace: cluster.namespace, name: pod.name }, { metadata }).then(
    () => true,
    (error: unknown) => {
      unlessNamesake(error);
      return false;
    },
  );
}
