/** What the operator reports. Build time only. */
import { z } from "zod";
import { keyedBy, named } from "./primitives.ts";

const count = (): z.ZodType => z.int().min(0).optional().meta({ format: "int32" });

/** One condition, as Kubernetes defines it. Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md */
const condition = z
  .object({
    type: z.string().max(316).describe("Available, Progressing, Degraded or Ready."),
    status: z.enum(["True", "False", "Unknown"]).describe("Whether the condition holds."),
    reason: z.string().min(1).max(1024).describe("Why, in one CamelCase word."),
    message: z.string().max(32768).describe("Why, in words: what is wrong, with which field or object, and the cure."),
    lastTransitionTime: z.string().meta({ format: "date-time" }).describe("When the status last changed."),
    observedGeneration: z
      .int()
      .min(0)
      .optional()
      .meta({ format: "int64" })
      .describe("The generation of the spec that the condition is about."),
  })
  .meta(named("Condition", "One condition, as Kubernetes defines it."));

const workers = z
  .object({
    desired: count().describe("Workers that the spec asks for; 0 while suspended."),
    replicas: count().describe("Worker pods that exist and are not being removed, ready or not. The scale subresource reports it."),
    ready: count().describe("Worker pods that are ready in Kubernetes."),
    registered: count().describe("Workers that the coordinator counts as active."),
    draining: count().describe("Workers that finish their tasks before they go."),
    summary: z.string().max(64).optional().describe("Registered and desired workers, for example 2/3."),
  })
  .meta(named("WorkersStatus", "The workers, counted."));

const catalogStatus = z
  .object({
    name: z.string().max(253).describe("Name of the catalog."),
    accepted: z.boolean().describe("Whether the running coordinator has the catalog."),
    error: z.string().max(4096).optional().describe("Why not: the property's name, never its value."),
  })
  .meta(named("CatalogStatus", "What became of a catalog."));

const hiveMetastore = z
  .object({
    ready: z.boolean().describe("Whether a pod of the metastore is ready."),
    version: z
      .string()
      .max(64)
      .optional()
      .describe(
        "Version of Hive that runs, the older one of two; before the first start the one that will. A later change of spec.version leaves it.",
      ),
    schemaVersion: z
      .string()
      .max(64)
      .optional()
      .describe("Version of the schema that the last look found in the database; absent while nobody has looked."),
    waitingFor: z.string().max(4096).optional().describe("What the metastore waits for, or why a change of it is refused."),
  })
  .meta(named("HiveMetastoreStatus", "What became of the metastore."));

const drainingWorker = z
  .object({
    pod: z.string().max(253).describe("Name of the worker's pod."),
    since: z.string().optional().meta({ format: "date-time" }).describe("Since when it drains, where the operator asked it to."),
    runningTasks: count().describe("Tasks that it still runs, as it said last."),
  })
  .meta(named("DrainingWorker", "A worker that finishes its tasks before it goes."));

const rollout = z
  .object({
    phase: z
      .string()
      .max(64)
      .describe("Where the rollout is: Preflight, Workers, WaitingForIdle, Coordinator, Suspending, ScalingIn or RolledBack."),
    reason: z.string().max(4096).optional().describe("What it waits for, or why it failed."),
    from: z.string().max(253).optional().describe("The revision that serves."),
    to: z.string().max(253).optional().describe("The revision that is rolled out."),
    since: z.string().optional().meta({ format: "date-time" }).describe("Since when that revision is wanted; a deadline counts from here."),
    updated: count().describe("Ready workers of the revision that is rolled out."),
    draining: z.array(drainingWorker).max(5000).optional().meta(keyedBy("pod")).describe("The workers that drain."),
  })
  .meta(named("RolloutStatus", "A rollout or a scale-in under way, or a rollout that failed."));

/** The status of a TrinoCluster. */
export const trinoClusterStatus: z.ZodType = z
  .object({
    observedGeneration: z
      .int()
      .min(0)
      .optional()
      .meta({ format: "int64" })
      .describe("The generation of the spec that this status is about."),
    conditions: z.array(condition).max(16).optional().meta(keyedBy("type")).describe("Available, Progressing, Degraded and Ready."),
    version: z.int().min(0).optional().meta({ format: "int32" }).describe("The Trino version that serves."),
    endpoint: z
      .string()
      .max(512)
      .optional()
      .describe("Where clients connect inside the Kubernetes cluster, for example http://trino.default.svc:8080."),
    waitingFor: z.string().max(4096).optional().describe("What the operator waits for before its next step."),
    workers: workers.optional().describe("The workers, counted."),
    selector: z.string().max(4096).optional().describe("Label selector of the worker pods, for autoscalers."),
    catalogs: z
      .array(catalogStatus)
      .max(256)
      .optional()
      .meta(keyedBy("name"))
      .describe("Every catalog of the spec, and whether Trino has it."),
    hiveMetastore: hiveMetastore.optional().describe("The managed Hive Metastore, where the spec has one; an external one is not asked."),
    warnings: z
      .array(z.string().max(4096))
      .max(64)
      .optional()
      .describe("What a person should know though nothing is refused, for example a version newer than the operator knows."),
    rollout: rollout.optional().describe("The rollout that is under way or that failed; absent otherwise."),
  })
  .meta(named("TrinoClusterStatus", "What the operator found."));
