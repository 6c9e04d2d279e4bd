/** Deliberate mistakes, each laid over a good spec: what a person does at three in the morning. */
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";

/** One mistake, and by whom it is told. */
export interface Misoperation {
  readonly name: string;
  readonly spec: unknown;
  /** The name of the object, where that is the mistake. */
  readonly objectName?: string;
  /** admission: the API server refuses it. status: validate does. Kubernetes: an object that is made from it is refused, and the status tells. */
  readonly told: "admission" | "status" | "Kubernetes";
  /** The field that is named. */
  readonly field: string;
  /** A part of what is said to be wrong, or of the cure. */
  readonly words: string;
}

/** What the mistakes are laid over. */
export const GOOD: TrinoClusterSpec = {
  version: 476,
  workers: { replicas: 2 },
  catalogs: { tpch: { properties: { "connector.name": "tpch" } } },
};

const workers = (more: object): unknown => ({ ...GOOD, workers: { replicas: 2, ...more } });
const catalog = (spec: object): unknown => ({ ...GOOD, catalogs: { lake: spec } });
const metastore = (spec: object): unknown => ({ ...GOOD, hiveMetastore: spec });
const config = (properties: object): unknown => workers({ config: { "config.properties": properties } });
const secretKeyRef = { name: "missing", key: "text" };

/** Every mistake. */
export const MISOPERATIONS: readonly Misoperation[] = [
  { name: "a version that there is not", spec: { version: "latest" }, told: "admission", field: "spec.version", words: "435 or newer" },
  { name: "a version that is too old", spec: { version: 434 }, told: "admission", field: "spec.version", words: "435 or newer" },
  { name: "a name that is too long", spec: GOOD, objectName: "a".repeat(31), told: "admission", field: "metadata.name", words: "shorter" },
  {
    name: "two coordinators",
    spec: { ...GOOD, coordinator: { replicas: 2 } },
    told: "admission",
    field: "spec.coordinator.replicas",
    words: "workers.replicas",
  },
  {
    name: "fewer than no workers",
    spec: workers({ replicas: -1 }),
    told: "admission",
    field: "spec.workers.replicas",
    words: "greater than or equal to 0",
  },
  { name: "a typo", spec: { ...GOOD, worker: { replicas: 3 } }, told: "admission", field: "spec.worker", words: "unknown field" },
  {
    name: "a bad image",
    spec: { ...GOOD, image: { repository: "trinodb/trino:476" } },
    told: "admission",
    field: "spec.image.repository",
    words: "without tag",
  },
  {
    name: "an override of the operator's port",
    spec: config({ "http-server.http.port": "9090" }),
    told: "admission",
    field: "spec.workers.config",
    words: "use spec.service.port",
  },
  {
    name: "a heap by argument",
    spec: workers({ jvm: { extraArguments: { add: ["-Xmx64g"] } } }),
    told: "admission",
    field: "spec.workers.jvm",
    words: "use jvm.heap",
  },
  {
    name: "a catalog without connector",
    spec: catalog({ properties: { a: "b" } }),
    told: "admission",
    field: "spec.catalogs",
    words: "connector.name is missing; add it",
  },
  {
    name: "a catalog on no metastore",
    spec: catalog({ properties: { "connector.name": "hive" }, metastore: "managed" }),
    told: "admission",
    field: "spec",
    words: "spec.hiveMetastore is missing; add it",
  },
  {
    name: "a rollout that cannot move",
    spec: workers({ rollout: { maxSurge: 0 } }),
    told: "admission",
    field: "spec.workers.rollout",
    words: "set one of them to 1",
  },
  {
    name: "a time without unit",
    spec: workers({ drainTimeout: "30" }),
    told: "admission",
    field: "spec.workers.drainTimeout",
    words: "for example 30s",
  },
  {
    name: "two databases",
    spec: metastore({ database: { embedded: {}, mysql: { host: "a", credentialsSecret: "first" } } }),
    told: "admission",
    field: "spec.hiveMetastore.database",
    words: "exactly one",
  },

  {
    name: "a Secret that is not there",
    spec: { ...GOOD, caBundle: { secretKeyRef } },
    told: "status",
    field: "spec.caBundle",
    words: "Create Secret missing",
  },
  {
    name: "a key that is not there",
    spec: workers({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "first", key: "missing" } } }] }),
    told: "status",
    field: "spec.workers.env[A]",
    words: "has no key missing",
  },
  {
    name: "a ConfigMap of an impossible name",
    spec: workers({ envFrom: [{ configMapRef: { name: "My_Map" } }] }),
    told: "status",
    field: "spec.workers.envFrom",
    words: "cannot be the name",
  },
  {
    name: "credentials of a catalog that are not there",
    spec: catalog({ properties: { "connector.name": "postgresql" }, secretProperties: { "connection-password": { secretKeyRef } } }),
    told: "status",
    field: "spec.catalogs.lake.secretProperties[connection-password].secretKeyRef",
    words: "Create Secret missing",
  },
  {
    name: "a heap that is too large",
    spec: workers({ resources: { limits: { memory: "2Gi" } }, jvm: { heap: "4GB" } }),
    told: "status",
    field: "spec.workers.jvm.heap",
    words: "lower the heap, or raise the limit",
  },
  {
    name: "memory that is too little",
    spec: workers({ resources: { limits: { memory: "64Mi" } } }),
    told: "status",
    field: "spec.workers.resources.limits.memory",
    words: "1Gi or more",
  },
  {
    name: "more memory than there is a number for",
    spec: workers({ resources: { limits: { memory: "1e400" } } }),
    told: "status",
    field: "spec.workers.resources.limits.memory",
    words: "Write it like 4Gi",
  },
  {
    name: "more CPU requested than allowed",
    spec: workers({ resources: { requests: { cpu: 4 }, limits: { cpu: 2 } } }),
    told: "status",
    field: "spec.workers.resources.requests.cpu",
    words: "raise the limit",
  },
  {
    name: "memory for a query beyond the heap",
    spec: config({ "query.max-memory-per-node": "64GB" }),
    told: "status",
    field: "spec.workers.config[config.properties]",
    words: "Lower one of them",
  },
  {
    name: "a property that this version refuses",
    spec: { ...(config({ "failure-detector.enabled": "true" }) as object), version: 477 },
    told: "status",
    field: "spec.workers.config[config.properties][failure-detector.enabled]",
    words: "Remove it",
  },
  {
    name: "a property of the coordinator on workers",
    spec: config({ "web-ui.enabled": "true" }),
    told: "status",
    field: "spec.workers.config[config.properties][web-ui.enabled]",
    words: "for the coordinator only",
  },
  {
    name: "a mount over the configuration",
    spec: workers({ volumes: [{ name: "v" }], volumeMounts: [{ name: "v", mountPath: "/etc/trino" }] }),
    told: "status",
    field: "spec.workers.volumeMounts[0].mountPath",
    words: "somewhere else",
  },
  {
    name: "a label of the operator's",
    spec: workers({ podLabels: { "app.kubernetes.io/name": "mine" } }),
    told: "status",
    field: "spec.workers.podLabels",
    words: "Choose another key",
  },
  {
    name: "a patch without Trino",
    spec: workers({ podTemplate: { spec: { containers: [{ name: "trino", $patch: "delete" }] } } }),
    told: "status",
    field: "spec.workers.podTemplate",
    words: "Keep that container",
  },
  {
    name: "no time for a rollout",
    spec: workers({ rollout: { progressDeadline: "0s" } }),
    told: "status",
    field: "spec.workers.rollout.progressDeadline",
    words: "1s or more",
  },
  {
    name: "a schema that would be downgraded",
    spec: metastore({ version: "3.1.3", upgradeSchemaFrom: "4.0.1" }),
    told: "status",
    field: "spec.hiveMetastore.upgradeSchemaFrom",
    words: "cannot be downgraded",
  },

  {
    name: "an impossible affinity",
    spec: workers({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } }),
    told: "Kubernetes",
    field: "spec.workers.affinity",
    words: "must have at least one node selector term",
  },
  {
    name: "a typo in an affinity",
    spec: workers({ affinity: { nodeAfinity: {} } }),
    told: "Kubernetes",
    field: "spec.workers.affinity",
    words: "field not declared in schema",
  },
  {
    name: "a typo in a patch",
    spec: workers({ podTemplate: { spec: { hostNetworks: true } } }),
    told: "Kubernetes",
    field: "spec.workers.podTemplate",
    words: "field not declared in schema",
  },
  {
    name: "a toleration of everything by a value",
    spec: workers({ tolerations: [{ value: "x" }] }),
    told: "Kubernetes",
    field: "spec.workers.tolerations",
    words: "operator must be Exists",
  },
  {
    name: "a mount of no volume",
    spec: workers({ volumeMounts: [{ name: "nothing", mountPath: "/nothing" }] }),
    told: "Kubernetes",
    field: "spec.workers.volumeMounts",
    words: "Not found",
  },
  {
    name: "a sidecar without image",
    spec: workers({ sidecars: [{ name: "shipper" }] }),
    told: "Kubernetes",
    field: "spec.workers.sidecars",
    words: "Required value",
  },
  {
    name: "a PriorityClass of an impossible name",
    spec: workers({ priorityClassName: "My Class" }),
    told: "Kubernetes",
    field: "spec.workers.priorityClassName",
    words: "RFC 1123",
  },
  {
    name: "an annotation of an impossible name",
    spec: { ...GOOD, service: { annotations: { "not a key": "x" } } },
    told: "Kubernetes",
    field: "spec.service.annotations",
    words: "Correct it there",
  },
];
