/** Scales a Deployment and leaves its template as it is. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { Live } from "../../../lifecycle/stores.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { unlessNamesake } from "./unless-gone.ts";

/**
 * Sets the replicas of a Deployment that was seen, where they are others. Its UID makes the patch of a namesake invalid: a cluster that
 * was made since under the same name has Deployments of the same names. Not by /scale, whose answer does not tell the cache what is done.
 */
export async function scaleDeployment({ metadata, spec }: Live<IDeployment>, replicas: number, ctx: Pick<Context, "patch">): Promise<void> {
  if (spec?.replicas === replicas) return;
  const { namespace = "", name, uid } = metadata;
  await ctx.patch(KINDS.Deployment, { namespace, name }, { metadata: { uid }, spec: { replicas } }).catch(unlessNamesake);
}
