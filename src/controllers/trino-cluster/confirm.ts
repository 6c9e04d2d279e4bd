/**
 * A live look at the TrinoCluster before something that disrupts. Each cache follows its own watch, so that of TrinoClusters may be
 * behind those of the children: what has been done since then looks like something to undo.
 */
import { isNotFound } from "../../runtime/api-error.ts";
import { nameOf } from "../../runtime/object.ts";
import { PAUSED_ANNOTATION } from "../../trino/labels.ts";
import { KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";

/** Thrown when what a plan rests on is another one by now. Its change brings the next reconcile. */
export class Outdated extends Error {
  constructor(what: string) {
    super(`${what} has changed since the plan was made`);
    this.name = "Outdated";
  }
}

/** Looks once, however often it is asked; rejects with Outdated when the spec is another one, or the cluster is paused or goes. */
export function confirmation(object: LiveTrinoCluster, ctx: Pick<Context, "client">): () => Promise<void> {
  let look: Promise<void> | undefined;
  return () => {
    look ??= confirm(object, ctx);
    return look;
  };
}

async function confirm(object: LiveTrinoCluster, { client }: Pick<Context, "client">): Promise<void> {
  const live = await client.get<LiveTrinoCluster>(KINDS.TrinoCluster, nameOf(object)).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!live || !isAsSeen(live.metadata, object.metadata)) throw new Outdated(`TrinoCluster ${object.metadata.name}`);
}

/** A deletion counts as a generation. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
function isAsSeen(live: LiveTrinoCluster["metadata"], seen: LiveTrinoCluster["metadata"]): boolean {
  return live.uid === seen.uid && live.generation === seen.generation && live.annotations?.[PAUSED_ANNOTATION] !== "true";
}
