/** Asks workers, and the coordinator about workers, where the plan needs that to decide. */
import { leaves, type Observation, podsOf } from "../../lifecycle/observation.ts";
import { addressesMatter, workersToAsk } from "../../lifecycle/questions.ts";
import type { Context } from "./context.ts";
import { type SecretOwner, trinoNodeOf } from "./trino-node.ts";
import type { WorkerQuery } from "./trino-observer.ts";

/** While it is chosen who goes, tasks must be fresh; of those that leave they are only told. */
const FRESH_MS = 900;
const TOLD_MS = 30_000;

/** The observation with what was answered. */
export async function lookCloser(seen: Observation, owner: SecretOwner, ctx: Context): Promise<Observation> {
  const { uid = "" } = owner.object.metadata;
  const wanted = owner.object.spec.suspend === true ? 0 : (owner.object.spec.workers?.replicas ?? 2);
  const queries = await workerQueries(seen, { owner, wanted }, ctx);
  const nodes = await ctx.trino.askWorkers(uid, queries);
  const addresses = addressesMatter(seen) ? await knownHosts(seen, owner, ctx) : undefined;
  return { ...seen, nodes, addresses };
}

async function workerQueries(
  seen: Observation,
  { owner, wanted }: { readonly owner: SecretOwner; readonly wanted: number },
  ctx: Context,
): Promise<readonly WorkerQuery[]> {
  const queries = workersToAsk(seen, wanted).map(async (pod): Promise<readonly WorkerQuery[]> => {
    const node = await nodeOf(pod.name, owner, ctx);
    return node ? [{ ...node, tasksMaxAgeMs: leaves(pod) ? TOLD_MS : FRESH_MS }] : [];
  });
  return (await Promise.all(queries)).flat();
}

async function knownHosts(seen: Observation, owner: SecretOwner, ctx: Context): Promise<ReadonlySet<string> | undefined> {
  const coordinator = podsOf(seen, "coordinator").find((pod) => !pod.deleting);
  const node = coordinator && (await nodeOf(coordinator.name, owner, ctx));
  return node && ctx.trino.knownHosts(owner.object.metadata.uid ?? "", node);
}

function nodeOf(name: string, owner: SecretOwner, ctx: Context): ReturnType<typeof trinoNodeOf> {
  return trinoNodeOf(ctx.stores.pods.get({ namespace: owner.object.metadata.namespace ?? "", name }), owner, ctx);
}
