/** How to speak to the Trino process in a pod: where it answers, in which version, with which secret. */
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Live } from "../../lifecycle/stores.ts";
import { INTERNAL_SECRET_ANNOTATION, VERSION_ANNOTATION } from "../../trino/labels.ts";
import { HTTP_PORT } from "../../trino/names.ts";
import type { References } from "../../trino/references.ts";
import { KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { readerOf } from "./dereference.ts";
import type { TrinoNode } from "./trino-observer.ts";

/** The cluster that a pod belongs to, and its internal secret as it is now. */
export interface SecretOwner {
  readonly object: LiveTrinoCluster;
  readonly internalSecret: References["internalSecret"];
}

/** How to speak to it; undefined while its container does not run. */
export async function trinoNodeOf(pod: Live<IPod> | undefined, owner: SecretOwner, ctx: Context): Promise<TrinoNode | undefined> {
  const running = pod?.status?.containerStatuses?.some((container) => container.state?.running !== undefined);
  const ip = pod?.status?.podIP;
  if (!pod || !running || ip === undefined) return undefined;
  const { name, namespace = "", annotations } = pod.metadata;
  return {
    endpoint: { namespace, pod: name, ip, port: HTTP_PORT },
    version: Number(annotations?.[VERSION_ANNOTATION] ?? 0),
    sharedSecret: await sharedSecretOf(pod, owner, ctx),
  };
}

/** A node is spoken to with the secret that it was started with, which a rotation may have left behind. */
async function sharedSecretOf({ metadata }: Live<IPod>, { object, internalSecret }: SecretOwner, ctx: Context): Promise<string> {
  const name = metadata.annotations?.[INTERNAL_SECRET_ANNOTATION] ?? internalSecret.name;
  if (name === internalSecret.name) return internalSecret.key;
  const secret = await ctx.references.read(KINDS.Secret, name, readerOf(object));
  return secret?.values.get("shared-secret") ?? "";
}
