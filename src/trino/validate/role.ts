/** What coordinator and workers have in common. */
import type { CoordinatorSpec, WorkersSpec } from "../../api/v1alpha1/types.ts";
import type { CoordinatorRole, PodOptions, Role, RoleName, UpdatePolicy, WorkerRole } from "../cluster.ts";
import { roleField } from "../feature.ts";
import { CA_BUNDLE_FILE } from "../features/ca-bundle.ts";
import { parseSeconds } from "./duration.ts";
import type { Findings } from "./findings.ts";
import { parseJvm } from "./jvm.ts";
import { parseMemory } from "./memory.ts";
import { checkOverrides, parseFiles } from "./properties.ts";
import type { Resolver } from "./resolver.ts";
import { parseResources } from "./resources.ts";

/** What the checks of a role need beside its spec. */
export interface RoleInput {
  readonly version: number;
  readonly hasCaBundle: boolean;
  readonly resolver: Resolver;
  readonly findings: Findings;
}

const DEFAULT_RESOURCES = { cpu: "500m", memory: "2Gi" } as const;
const DEFAULT_WORKERS = 2;

/** Parses the coordinator. */
export function parseCoordinator(spec: CoordinatorSpec, input: RoleInput): CoordinatorRole {
  if (spec.replicas !== undefined && spec.replicas !== 1) {
    input.findings.refuse(
      "spec.coordinator.replicas",
      "Trino has exactly one coordinator.",
      "Leave it out; use workers.replicas for more computing power.",
    );
  }
  const updatePolicy = parseUpdatePolicy(spec.updatePolicy ?? {}, input.findings);
  return { name: "coordinator", ...parseRole("coordinator", spec, input), updatePolicy };
}

/** Parses the workers. */
export function parseWorkers(spec: WorkersSpec, input: RoleInput): WorkerRole {
  const { findings } = input;
  const { maxSurge = 1, maxUnavailable = 0, progressDeadline = "15m", preflight = true } = spec.rollout ?? {};
  if (maxSurge === 0 && maxUnavailable === 0) {
    findings.refuse(
      "spec.workers.rollout",
      "maxSurge and maxUnavailable are both 0, so that no worker could ever be replaced.",
      "Set one of them to 1.",
    );
  }
  return {
    name: "worker",
    ...parseRole("worker", spec, input),
    replicas: spec.replicas ?? DEFAULT_WORKERS,
    minAvailable: spec.minAvailable ?? 1,
    drainTimeoutSeconds: parseSeconds("spec.workers.drainTimeout", { text: spec.drainTimeout ?? "30m" }, findings),
    rollout: {
      maxSurge,
      maxUnavailable,
      preflight,
      progressDeadlineSeconds: parseSeconds("spec.workers.rollout.progressDeadline", { text: progressDeadline, least: 1 }, findings),
    },
  };
}

function parseRole(
  role: RoleName,
  spec: CoordinatorSpec | WorkersSpec,
  { version, hasCaBundle, resolver, findings }: RoleInput,
): Omit<Role, "name"> {
  const field = roleField(role);
  const resources = parseResources(field, { spec: spec.resources ?? {}, defaults: DEFAULT_RESOURCES }, findings);
  checkOverrides(spec, { role, version }, findings);
  takeEnvironment(spec, field, resolver);
  return {
    memory: parseMemory({ field, version, resources, jvm: spec.jvm ?? {}, overrides: spec.config?.["config.properties"] ?? {} }, findings),
    resources,
    jvm: parseJvm(field, { spec: spec.jvm ?? {}, version }, findings),
    config: spec.config ?? {},
    files: parseFiles(spec, { role, ownFiles: hasCaBundle ? [CA_BUNDLE_FILE] : [], resolver }, findings),
    pod: podOptions(spec),
    disruption: spec.disruption ?? "Allow",
    restartAt: spec.restartAt,
  };
}

/** Takes what the environment refers to, so that a changed value makes another revision. */
function takeEnvironment({ env = [], envFrom = [] }: CoordinatorSpec | WorkersSpec, field: string, resolver: Resolver): void {
  for (const { name, valueFrom } of env) {
    const secret = valueFrom?.secretKeyRef;
    const configMap = valueFrom?.configMapKeyRef;
    if (secret) resolver.key(`${field}.env[${name}]`, { kind: "Secret", name: secret.name, key: secret.key }, secret.optional);
    if (configMap)
      resolver.key(`${field}.env[${name}]`, { kind: "ConfigMap", name: configMap.name, key: configMap.key }, configMap.optional);
  }
  for (const { secretRef, configMapRef } of envFrom) {
    if (secretRef) resolver.object(`${field}.envFrom`, { kind: "Secret", name: secretRef.name }, secretRef.optional);
    if (configMapRef) resolver.object(`${field}.envFrom`, { kind: "ConfigMap", name: configMapRef.name }, configMapRef.optional);
  }
}

function podOptions(spec: CoordinatorSpec | WorkersSpec): PodOptions {
  return {
    env: spec.env ?? [],
    envFrom: spec.envFrom ?? [],
    volumes: spec.volumes ?? [],
    volumeMounts: spec.volumeMounts ?? [],
    initContainers: spec.initContainers ?? [],
    sidecars: spec.sidecars ?? [],
    nodeSelector: spec.nodeSelector ?? {},
    tolerations: spec.tolerations ?? [],
    affinity: spec.affinity,
    topologySpreadConstraints: spec.topologySpreadConstraints ?? [],
    priorityClassName: spec.priorityClassName,
    serviceAccountName: spec.serviceAccountName,
    labels: spec.podLabels ?? {},
    annotations: spec.podAnnotations ?? {},
    template: spec.podTemplate,
  };
}

function parseUpdatePolicy(
  { type = "WhenIdle", deadline }: NonNullable<CoordinatorSpec["updatePolicy"]>,
  findings: Findings,
): UpdatePolicy {
  if (type === "Immediate") return { kind: "Immediate" };
  const path = "spec.coordinator.updatePolicy.deadline";
  return { kind: "WhenIdle", deadlineSeconds: deadline === undefined ? undefined : parseSeconds(path, { text: deadline }, findings) };
}
