/** Reconciles one TrinoCluster. Read `reconcileCluster` first: it is the table of contents. */

import type { Observation, ObservedTrino } from "../../lifecycle/observation.ts";
import { observe } from "../../lifecycle/observe.ts";
import { plan } from "../../lifecycle/plan.ts";
import { type Plan, SUSPENDED, type Target } from "../../lifecycle/plan-types.ts";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import type { Request, Result } from "../../runtime/controller-types.ts";
import { build } from "../../trino/build.ts";
import { compatibilityOf } from "../../trino/compatibility.ts";
import { COMPONENT_LABEL, PAUSED_ANNOTATION, REVISION_LABEL } from "../../trino/labels.ts";
import type { References } from "../../trino/references.ts";
import type { Resources } from "../../trino/resources.ts";
import { validate } from "../../trino/validate.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { dereference } from "./dereference.ts";
import { execute } from "./execute/execute.ts";
import { ensureFinalizer, finalize } from "./finalize.ts";
import { lookCloser } from "./look-closer.ts";
import { maxAgeOf } from "./max-age.ts";
import { type Outcome, outcomeOf, requeueAfter } from "./outcome.ts";
import { trinoNodeOf } from "./trino-node.ts";
import { updateStatus } from "./update-status.ts";

/** Makes the world as the TrinoCluster of this name says, as far as the plan allows it now. */
export async function reconcile(request: Request, ctx: Context): Promise<Result> {
  const object = ctx.stores.clusters.get(request);
  if (!object) return {};
  if (object.metadata.deletionTimestamp !== undefined) return finalize(object, ctx);
  if (object.metadata.annotations?.[PAUSED_ANNOTATION] === "true") return reportPaused(object, ctx);
  if (!(await ensureFinalizer(object, ctx))) return {};
  const outcome = await reconcileCluster(object, ctx);
  await updateStatus(object, outcome, ctx); //                               the one status write
  if (outcome.kind === "failed") throw outcome.error;
  return { requeueAfterMs: requeueAfter(outcome) };
}

/** A step that throws ends here as an outcome, so that no step sets a condition. */
async function reconcileCluster(object: LiveTrinoCluster, ctx: Context): Promise<Outcome> {
  let refs: References | undefined;
  try {
    refs = await dereference(object, ctx); //                                reads
    const cluster = validate(object, refs); //                               pure
    const resources = build(cluster); //                                     pure
    const observation = await look({ object, refs, resources }, ctx); //     reads
    const wanted = targetOf(resources);
    const next = plan({ cluster, target: wanted, observation }); //          pure
    await execute({ object, cluster, resources, plan: next }, ctx); //       writes
    countAttempt(object, next, ctx);
    return { kind: "planned", cluster, observation, plan: next };
  } catch (error) {
    return outcomeOf(error, await look({ object, refs }, ctx));
  }
}

async function reportPaused(object: LiveTrinoCluster, ctx: Context): Promise<Result> {
  const refs = await dereference(object, ctx);
  const outcome: Outcome = { kind: "paused", observation: await look({ object, refs }, ctx) };
  await updateStatus(object, outcome, ctx);
  return { requeueAfterMs: requeueAfter(outcome) };
}

function countAttempt({ metadata }: LiveTrinoCluster, { attempt }: Plan, ctx: Context): void {
  if (attempt.kind !== "record" || attempt.attempt.result === "Pending") return;
  ctx.metrics.count("rollouts", { namespace: metadata.namespace ?? "", name: metadata.name, result: attempt.attempt.result });
}

function targetOf({ coordinator: { revision }, workers, metastore }: Resources): Target {
  const compatibility = compatibilityOf(revision.template.metadata?.annotations) ?? "";
  const { version, hash } = revision;
  return { version, compatibility, coordinator: hash, workers: workers.revision.hash, metastore: metastore?.target };
}

interface Look {
  readonly object: LiveTrinoCluster;
  /** Absent when they could not be read: then Trino is not asked, because its secret is not known. */
  readonly refs: References | undefined;
  readonly resources?: Resources;
}

async function look({ object, refs, resources }: Look, ctx: Context): Promise<Observation> {
  const uid = object.metadata.uid ?? "";
  const trino = refs ? await askTrino({ object, refs, ...(resources ? { resources } : {}) }, ctx) : ({ kind: "unasked" } as const);
  const schemaJob = resources?.metastore?.schemaJob.metadata.name;
  const { rollout } = object.status ?? {};
  const goal = object.spec.suspend === true ? SUSPENDED : resources?.coordinator.revision.hash;
  const targetSince = rollout?.to === goal ? rollout?.since : undefined;
  const seen = observe(ctx.stores, { uid, targetSince, schemaJob, trino, now: ctx.now() });
  return refs && resources ? lookCloser(seen, { object, internalSecret: refs.internalSecret }, ctx) : seen;
}

async function askTrino({ object, refs, resources }: Look & { refs: References }, ctx: Context): Promise<ObservedTrino> {
  const uid = object.metadata.uid ?? "";
  const pod = ctx.stores.pods
    .byIndex(BY_CLUSTER, uid)
    .find(
      (candidate) => candidate.metadata.labels?.[COMPONENT_LABEL] === "coordinator" && candidate.metadata.deletionTimestamp === undefined,
    );
  const node = await trinoNodeOf(pod, { object, internalSecret: refs.internalSecret }, ctx);
  return ctx.trino.ask({
    uid,
    endpoint: node?.endpoint,
    version: node?.version ?? 0,
    sharedSecret: node?.sharedSecret ?? "",
    maxAgeMs: maxAgeOf(object, { running: pod?.metadata.labels?.[REVISION_LABEL], wanted: resources?.coordinator.revision.hash }),
  });
}
