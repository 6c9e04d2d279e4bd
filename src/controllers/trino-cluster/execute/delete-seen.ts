/** Deletes what a plan saw. */
import type { SeenPod } from "../../../lifecycle/plan-types.ts";
import { isConflict, isNotFound } from "../../../runtime/api-error.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";

/** Which pod as it was seen, and how long it has to end; its own grace period where nothing is said. */
export interface SeenDelete {
  readonly namespace: string;
  readonly pod: SeenPod;
  readonly gracePeriodSeconds?: number;
}

/**
 * Deletes a pod that still is as the plan saw it. False when it is gone, or has changed meanwhile: a coordinator that had not started
 * may serve by now. The change itself brings the next reconcile, which looks again.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/
 */
export async function deleteSeen({ namespace, pod, ...rest }: SeenDelete, ctx: Context): Promise<boolean> {
  const { name, uid, resourceVersion } = pod;
  try {
    await ctx.client.delete(KINDS.Pod, { namespace, name }, { uid, resourceVersion, ...rest });
    return true;
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return false;
    throw error;
  }
}
