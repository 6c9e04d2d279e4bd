/** Execute (writes): does what the plan allows, in an order in which nothing names what is not there yet. One verb a file. */
import type { Resources } from "../../../trino/resources.ts";
import type { Context } from "../context.ts";
import { executeAttempt } from "./attempt.ts";
import { executeCoordinator } from "./coordinator.ts";
import type { Execution } from "./execution.ts";
import { applyMetastore } from "./metastore.ts";
import { executePreflight } from "./preflight.ts";
import { pruneRevisions } from "./prune-revisions.ts";
import { recallRevisions } from "./recall-revisions.ts";
import { applyWorkers } from "./workers.ts";

/** Executes a plan. */
export async function execute(execution: Execution, ctx: Context): Promise<void> {
  await Promise.all(execution.resources.base.map(ctx.apply));
  await Promise.all([applyMetastore(execution, ctx), executeRoles(execution, ctx)]);
  await pruneRevisions(execution, ctx);
}

async function executeRoles(execution: Execution, ctx: Context): Promise<void> {
  await applyRevisions(execution.resources, ctx);
  const revisions = await recallRevisions(execution, ctx);
  await executeAttempt(execution, ctx); // before the step that it is about, so that it is never forgotten
  await Promise.all([
    executePreflight(execution, ctx),
    executeCoordinator(execution, revisions, ctx),
    applyWorkers(execution, revisions, ctx),
  ]);
}

/** Configuration is immutable and named by content, so applying it disturbs nothing; it must be there before any pod names it. */
async function applyRevisions({ coordinator, workers }: Resources, ctx: Context): Promise<void> {
  const revisions = [coordinator.revision, workers.revision];
  await Promise.all(revisions.flatMap((revision) => revision.configuration).map(ctx.apply));
  await Promise.all(revisions.map((revision) => ctx.apply(revision.record)));
}
