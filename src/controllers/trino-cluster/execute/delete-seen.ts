/** Deletes what a plan saw. */
import type { SeenObject } from "../../../lifecycle/plan-types.ts";
import { isConflict, isNotFound } from "../../../runtime/api-error.ts";
import type { DeleteOptions } from "../../../runtime/client.ts";
import type { ResourceType } from "../../../runtime/object.ts";
import type { Context } from "../context.ts";

/** What is deleted, as it was seen. */
export interface SeenDelete extends Pick<DeleteOptions, "gracePeriodSeconds" | "propagationPolicy"> {
  readonly type: ResourceType;
  readonly namespace: string;
  readonly seen: SeenObject;
}

/**
 * Deletes an object that still is as the plan saw it. False when it is gone, or has changed meanwhile: a coordinator that had not started
 * may serve by now, a Deployment without replicas may have some again. The change itself brings the next reconcile, which looks again.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/
 */
export async function deleteSeen({ type, namespace, seen, ...options }: SeenDelete, ctx: Context): Promise<boolean> {
  const { name, uid, resourceVersion } = seen;
  try {
    await ctx.client.delete(type, { namespace, name }, { uid, resourceVersion, ...options });
    return true;
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return false;
    throw error;
  }
}
