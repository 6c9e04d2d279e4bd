/** What coordinator and workers have in common, and the two roles. Build time only. */
import { z } from "zod";
import { change } from "./change.ts";
import { FILES_WITH_OWN_FIELD, OPERATOR_OWNED_PROPERTIES } from "./operator-owned-properties.ts";
import { podFields, resources } from "./pod.ts";
import { atMostOne, dataSize, duration, exactlyOne, keySelector, named, type Rule, rules } from "./primitives.ts";

const heapFlags = ["-Xmx", "-Xms", "-XX:MaxHeapSize", "-XX:MaxRAMPercentage", "-XX:InitialRAMPercentage"];

const heapArgument: Rule = {
  rule: `!self.exists(argument, ${heapFlags.map((flag) => `argument.startsWith('${flag}')`).join(" || ")})`,
  message: "the heap is not set by an argument, because Trino's memory limits follow from it; use jvm.heap or jvm.heapPercent",
};

const jvmArguments = z.array(z.string().min(1).max(1024)).max(128);

const jvm = z
  .object({
    heapPercent: z
      .int()
      .min(10)
      .max(90)
      .optional()
      .meta({ format: "int32" })
      .describe("Heap in percent of the memory limit. Default: 80 from 8 GiB up, 70 below, and never less than 512 MiB left for the rest."),
    heap: dataSize()
      .optional()
      .describe("A fixed heap (-Xmx) in Trino's data size notation, for example 6GB, instead of heapPercent. Default: none."),
    extraArguments: z
      .object({
        add: jvmArguments
          .meta(rules(heapArgument))
          .optional()
          .describe("Arguments added at the end of jvm.config, one per item. Default: none."),
        remove: jvmArguments
          .optional()
          .describe("Arguments of the operator's that are left out, as they stand in jvm.config. Default: none."),
      })
      .optional()
      .describe("Changes to the JVM arguments that the operator chooses for the version."),
  })
  .meta({
    ...named("JvmSpec", "Heap and arguments of a JVM."),
    ...rules(atMostOne(["heap", "heapPercent"], "set heap or heapPercent, not both")),
  });

const propertiesFileName: Rule = {
  rule: "self.all(file, file.matches(r'^[a-z0-9][a-z0-9._-]*\\.properties$'))",
  message:
    "every name must be that of a properties file directly under /etc/trino, for example config.properties; other files go into files, catalogs into spec.catalogs",
};

const ownedProperties: readonly Rule[] = OPERATOR_OWNED_PROPERTIES.map(({ file, key, cure }) => ({
  rule: `!('${file}' in self) || !('${key}' in self['${file}'])`,
  message: `${key} in ${file} is set by the operator: ${cure}`,
}));

const propertiesFiles = z
  .record(z.string(), z.record(z.string(), z.string().max(65536)).meta({ maxProperties: 512 }))
  .meta({ maxProperties: 32, ...rules(propertiesFileName, ...ownedProperties) });

const file = z
  .object({
    text: z.string().max(262144).optional().describe("The content itself. Not for secrets."),
    secretKeyRef: keySelector.optional().describe("A key of a Secret that holds the content."),
    configMapKeyRef: keySelector.optional().describe("A key of a ConfigMap that holds the content."),
  })
  .meta({
    ...named("FileSpec", "The content of a file, given or referred to."),
    ...rules(exactlyOne(["text", "secretKeyRef", "configMapKeyRef"], "set exactly one of text, secretKeyRef and configMapKeyRef")),
  });

const filePath: Rule = {
  rule: "self.all(path, path.matches(r'^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*$') && !path.startsWith('catalog/'))",
  message:
    "every name must be a path below /etc/trino without .., for example rules.json or ranger/audit.xml; catalogs go into spec.catalogs",
};

const ownField: readonly Rule[] = Object.entries(FILES_WITH_OWN_FIELD).map(([name, cure]) => ({
  rule: `!('${name}' in self)`,
  message: `${name} is written by the operator: ${cure}`,
}));

const updatePolicy = z
  .object({
    type: z
      .enum(["WhenIdle", "Immediate"])
      .optional()
      .describe("WhenIdle: a change that restarts the role waits until no query runs. Immediate: it does not wait. Default: WhenIdle."),
    deadline: duration()
      .optional()
      .describe("With WhenIdle, how long to wait at most before the restart happens anyway, for example 2h. Default: none, wait for ever."),
  })
  .meta({
    ...named("UpdatePolicySpec", "When a change may restart a role."),
    ...change("none", "It counts at once, also for a restart that is waited for."),
    ...rules({
      rule: "!has(self.deadline) || !has(self.type) || self.type == 'WhenIdle'",
      message: "deadline has a meaning with type WhenIdle only; remove it",
    }),
  });

const roleFields: Readonly<Record<string, z.ZodType>> = {
  resources: resources
    .optional()
    .describe("Resources of the Trino container. Memory request and limit are made equal. Default: memory 2Gi, cpu request 500m."),
  jvm: jvm.optional().describe("Heap and arguments of the JVM."),
  config: propertiesFiles
    .optional()
    .describe(
      "Overrides in the properties files of /etc/trino: file name, then key and value, for example config.properties: {query.max-run-time: 1h}. They beat every default. Default: none.",
    ),
  files: z
    .record(z.string(), file)
    .meta({ maxProperties: 64, ...rules(filePath, ...ownField) })
    .optional()
    .describe(
      "Other files below /etc/trino, by path, for example rules.json. A changed Secret or ConfigMap counts as a change of the cluster. Default: none.",
    ),
  ...podFields,
  restartAt: z
    .string()
    .max(64)
    .optional()
    .meta({ format: "date-time" })
    .describe(
      "Set to the current time (RFC 3339) to ask for a restart of the role; it happens as any other change of the role does. Default: none.",
    ),
  disruption: z
    .enum(["Allow", "Protect"])
    .optional()
    .meta(change("none", "The role's PodDisruptionBudget is changed in place."))
    .describe(
      "What a PodDisruptionBudget says to node drains: Allow lets one pod of the role go at a time, Protect lets none go. Default: Allow.",
    ),
};

const oneCoordinator: Rule = {
  rule: "self == 1",
  message:
    "Trino has exactly one coordinator, a second one would not share its queries; leave replicas out, and use workers.replicas for more computing power",
};

/** The coordinator. */
export const coordinator: z.ZodType = z
  .object({
    replicas: z
      .int()
      .meta({
        format: "int32",
        ...rules(oneCoordinator),
        ...change("fixed", "Trino has exactly one coordinator; another number is refused."),
      })
      .optional()
      .describe(
        "Always 1, because Trino has exactly one coordinator. The field exists so that another number is refused instead of being dropped. Default: 1.",
      ),
    ...roleFields,
    updatePolicy: updatePolicy.optional().describe("When a change may restart the coordinator, with which all running queries go."),
  })
  .meta({
    ...named("CoordinatorSpec", "The coordinator."),
    ...change("coordinator", "The coordinator restarts when no query is unfinished; workers stay."),
  });

const rollout = z
  .object({
    maxSurge: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .meta({ format: "int32" })
      .describe("How many workers may run beyond replicas during a rollout. Default: 1."),
    maxUnavailable: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .meta({ format: "int32" })
      .describe("How many workers may be missing from replicas during a rollout. Default: 0."),
    progressDeadline: duration()
      .optional()
      .describe(
        "How long a new revision may take. New workers that are late are told by the status, and the old ones serve on; after a restart of the coordinator that does not lead to a cluster that serves, the last revision that did comes back. Default: 15m.",
      ),
    preflight: z
      .boolean()
      .optional()
      .describe(
        "Whether a throw-away pod of a new revision must come up before anything that serves is touched. It needs room for one more coordinator for a minute. Default: true.",
      ),
  })
  .meta({
    ...named("RolloutSpec", "How a change reaches the cluster."),
    ...change("none", "It counts at once, also for a rollout that is under way."),
    ...rules({
      rule: "!(has(self.maxSurge) && self.maxSurge == 0 && (!has(self.maxUnavailable) || self.maxUnavailable == 0))",
      message: "maxSurge and maxUnavailable cannot both be 0, because then no worker could ever be replaced; set one of them to 1",
    }),
  });

/**
 * None may be missing and none be added: no worker could ever be replaced. It holds for no replicas, too, so that it refuses no
 * scale-out: the scale subresource is judged by the same rules.
 */
const replaceable: Rule = {
  rule: "!has(self.rollout) || !has(self.rollout.maxSurge) || self.rollout.maxSurge > 0 || (has(self.minAvailable) ? self.minAvailable : 1) < (self.replicas > 1 ? self.replicas : 1)",
  message:
    "with rollout.maxSurge 0 and minAvailable not below replicas no worker could ever be replaced; set rollout.maxSurge to 1, or minAvailable below replicas",
};

/** The workers. */
export const workers: z.ZodType = z
  .object({
    replicas: z
      .int()
      .min(0)
      .max(5000)
      .default(2)
      .meta({
        format: "int32",
        ...change("none", "More: new workers start. Fewer: the least busy ones finish their tasks and go. No other pod is touched."),
      })
      .describe("Number of workers. Autoscalers write it through the scale subresource. Default: 2."),
    minAvailable: z
      .int()
      .min(0)
      .max(5000)
      .optional()
      .meta({ format: "int32", ...change("none", "The condition Available counts with it at once.") })
      .describe("Registered workers below which the cluster is not Available. Default: 1."),
    drainTimeout: duration()
      .optional()
      .meta(
        change("workers", "The time is part of a pod, so workers are replaced; a pod that is there keeps the time that it was made with."),
      )
      .describe("How long a worker may finish its tasks before its pod goes. Default: 30m."),
    rollout: rollout.optional().describe("How a change reaches the workers."),
    ...roleFields,
  })
  .meta({
    ...named("WorkersSpec", "The workers."),
    ...change("workers", "New workers come up first; each old one finishes its tasks and goes, in steps of `rollout.maxSurge`."),
    ...rules(replaceable),
  });
