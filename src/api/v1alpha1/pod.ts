/** The pod-level fields of a role, in Kubernetes' own shape. Build time only. */
import { z } from "zod";
import { atMostOne, exactlyOne, handedThrough, keyedBy, named, objectName, quantity, rules, stringMap } from "./primitives.ts";

const optionalKey = {
  name: objectName().describe("Name of the object, in the namespace of the TrinoCluster."),
  key: z.string().min(1).max(253).describe("Key within the object's data."),
  optional: z.boolean().optional().describe("Whether the object or key may be missing. Default: false."),
};

const sources = ["secretKeyRef", "configMapKeyRef", "fieldRef", "resourceFieldRef"];

const envVar = z
  .object({
    name: z.string().min(1).max(253).describe("Name of the variable."),
    value: z.string().max(32768).optional().describe("Value; $(OTHER) is replaced by Kubernetes. Default: empty."),
    valueFrom: z
      .object({
        secretKeyRef: z.object(optionalKey).optional().describe("A key of a Secret."),
        configMapKeyRef: z.object(optionalKey).optional().describe("A key of a ConfigMap."),
        fieldRef: z
          .object({
            apiVersion: z.string().max(32).optional().describe("Version of the schema of fieldPath. Default: v1."),
            fieldPath: z.string().max(512).describe("Path of the pod's field, for example status.podIP."),
          })
          .optional()
          .describe("A field of the pod."),
        resourceFieldRef: z
          .object({
            containerName: z.string().max(63).optional().describe("Name of the container. Default: this one."),
            resource: z.string().max(253).describe("Resource, for example limits.memory."),
            divisor: quantity.optional().describe("Unit of the value. Default: 1."),
          })
          .optional()
          .describe("A resource request or limit of a container."),
      })
      // Kubernetes takes an empty one for none where there was a source before, and refuses it where there was not.
      .meta(rules(exactlyOne(sources, "set exactly one of secretKeyRef, configMapKeyRef, fieldRef and resourceFieldRef")))
      .optional()
      .describe("Where the value comes from, instead of `value`."),
  })
  .meta({
    ...named("EnvVar", "An environment variable."),
    ...rules(atMostOne(["value", "valueFrom"], "set value or valueFrom, not both")),
  });

const source = z.object({ name: optionalKey.name, optional: optionalKey.optional });

const envFromSource = z
  .object({
    prefix: z.string().max(253).optional().describe("Prefix of each variable's name. Default: none."),
    secretRef: source.optional().describe("A Secret, each key of which becomes a variable."),
    configMapRef: source.optional().describe("A ConfigMap, each key of which becomes a variable."),
  })
  .meta({
    ...named("EnvFromSource", "A Secret or ConfigMap whose keys become environment variables."),
    ...rules(exactlyOne(["secretRef", "configMapRef"], "set exactly one of secretRef and configMapRef")),
  });

const volumeMount = z
  .object({
    name: z.string().min(1).max(63).describe("Name of a volume of this role."),
    mountPath: z.string().min(1).max(4096).describe("Path in the Trino container."),
    subPath: z.string().max(4096).optional().describe("Path within the volume. Default: its root."),
    subPathExpr: z.string().max(4096).optional().describe("Like subPath, with $(VARIABLE) replaced."),
    readOnly: z.boolean().optional().describe("Whether the mount is read-only. Default: false."),
    mountPropagation: z.string().max(32).optional().describe("How mounts travel between host and container. Default: None."),
  })
  .meta(named("VolumeMount", "Where a volume is mounted."));

const toleration = z
  .object({
    key: z.string().max(317).optional().describe("Key of the taint. Default: every key (with operator Exists)."),
    operator: z.enum(["Exists", "Equal"]).optional().describe("How the value is compared. Default: Equal."),
    value: z.string().max(63).optional().describe("Value of the taint."),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional().describe("Effect of the taint. Default: every effect."),
    tolerationSeconds: z
      .int()
      .optional()
      .meta({ format: "int64" })
      .describe("How long a NoExecute taint is tolerated, in seconds. Default: for ever."),
  })
  .meta(named("Toleration", "A taint that pods tolerate."));

const topologySpreadConstraint = z
  .object({
    maxSkew: z.int().min(1).meta({ format: "int32" }).describe("Largest difference in the number of pods between two domains."),
    topologyKey: z.string().min(1).max(317).describe("Node label that tells the domains apart, for example topology.kubernetes.io/zone."),
    whenUnsatisfiable: z.enum(["DoNotSchedule", "ScheduleAnyway"]).describe("What happens to a pod that would break the constraint."),
    labelSelector: handedThrough()
      .optional()
      .describe("Pods that are counted. Default: the pods of this role. Checked by Kubernetes when it is applied."),
    minDomains: z.int().min(1).optional().meta({ format: "int32" }).describe("Least number of domains. Default: 1."),
    matchLabelKeys: z
      .array(z.string().max(317))
      .max(16)
      .optional()
      .describe("Labels of the pod that narrow the selector (Kubernetes 1.27)."),
    nodeAffinityPolicy: z
      .enum(["Honor", "Ignore"])
      .optional()
      .describe("Whether node affinity limits the domains (Kubernetes 1.26). Default: Honor."),
    nodeTaintsPolicy: z
      .enum(["Honor", "Ignore"])
      .optional()
      .describe("Whether taints limit the domains (Kubernetes 1.26). Default: Ignore."),
  })
  .meta(named("TopologySpreadConstraint", "How pods spread over a topology."));

const checkedLater = "Kubernetes checks it when it is applied.";

function namedObjects(maxItems: number): z.ZodType {
  return z
    .array(z.looseObject({ name: z.string().min(1).max(63).describe("Name, unique in the pod.") }))
    .max(maxItems)
    .meta(keyedBy("name"));
}

/** CPU, memory and other resources of a container. */
export const resources: z.ZodType = z
  .object({
    requests: z
      .record(z.string(), quantity)
      .meta({ maxProperties: 16 })
      .optional()
      .describe(
        "What the scheduler reserves, as Kubernetes quantities, for example cpu: 500m, memory: 4Gi. Default: see the field that holds this.",
      ),
    limits: z
      .record(z.string(), quantity)
      .meta({ maxProperties: 16 })
      .optional()
      .describe(
        "What the container may use at most, as Kubernetes quantities, for example memory: 4Gi. Default: memory as requested, no limit of cpu.",
      ),
  })
  .meta(named("Resources", "CPU, memory and other resources of a container."));

/** A strategic merge patch on a pod template. */
export function podTemplate(): z.ZodType {
  return handedThrough().describe(
    `Strategic merge patch on the pod template that the operator makes: the last resort for what has no field of its own. ${checkedLater} Default: none.`,
  );
}

/** Pod-level fields that a role hands through to its pods. */
export const podFields: Readonly<Record<string, z.ZodType>> = {
  env: z
    .array(envVar)
    .max(256)
    .meta(keyedBy("name"))
    .optional()
    .describe("Environment variables of the Trino container, beside those of the operator. Default: none."),
  envFrom: z
    .array(envFromSource)
    .max(64)
    .optional()
    .describe("Secrets and ConfigMaps whose keys become environment variables of the Trino container. Default: none."),
  volumes: namedObjects(64)
    .optional()
    .describe(`Volumes of the pod, beside those of the operator, as in a pod's spec. ${checkedLater} Default: none.`),
  volumeMounts: z
    .array(volumeMount)
    .max(128)
    .meta(keyedBy("mountPath"))
    .optional()
    .describe("Where volumes are mounted in the Trino container. Default: none."),
  initContainers: namedObjects(16)
    .optional()
    .describe(`Init containers that run before Trino, as in a pod's spec. ${checkedLater} Default: none.`),
  sidecars: namedObjects(16).optional().describe(`Containers that run beside Trino, as in a pod's spec. ${checkedLater} Default: none.`),
  nodeSelector: stringMap(32, 63).optional().describe("Labels that a node must have. Default: none."),
  tolerations: z.array(toleration).max(64).optional().describe("Taints that the pods tolerate. Default: none."),
  affinity: handedThrough().optional().describe(`Node and pod affinity, as in a pod's spec. ${checkedLater} Default: none.`),
  topologySpreadConstraints: z
    .array(topologySpreadConstraint)
    .max(16)
    .optional()
    .describe("How pods spread over zones and nodes. Default: none."),
  priorityClassName: z.string().max(253).optional().describe("Name of the PriorityClass of the pods. Default: the cluster's default."),
  serviceAccountName: z
    .string()
    .max(253)
    .optional()
    .describe(
      "Name of an existing ServiceAccount, for example for workload identity. Default: one that the operator makes, without token.",
    ),
  podLabels: stringMap(32, 63)
    .optional()
    .describe(
      "Labels of the pods, beside those of the operator. They belong to the pod template, so a change replaces the role's pods as any other change does. Default: none.",
    ),
  podAnnotations: stringMap(64, 65536)
    .optional()
    .describe(
      "Annotations of the pods, beside those of the operator. They belong to the pod template, so a change replaces the role's pods as any other change does. Default: none.",
    ),
  podTemplate: podTemplate().optional(),
};
