/**
 * The lists of a pod template that a strategic merge patch merges by key. Every other list is replaced as a whole.
 * Source: `patchStrategy` and `patchMergeKey` in https://github.com/kubernetes/api/blob/master/core/v1/types.go
 */

/** What is merged below a place in the object: lists by the key of their items, and the objects on the way to them. */
export interface MergeSchema {
  /** Field → the key that tells its items apart, and the schema of an item. */
  readonly lists?: Readonly<Record<string, { readonly key: string; readonly item: MergeSchema }>>;
  /** Field → the schema of the object in it. Objects without an entry hold no keyed list. */
  readonly objects?: Readonly<Record<string, MergeSchema>>;
  /** Fields that are lists of strings of which a patch adds items. */
  readonly sets?: readonly string[];
}

const PLAIN: MergeSchema = {};

const CONTAINER: MergeSchema = {
  lists: {
    env: { key: "name", item: PLAIN },
    ports: { key: "containerPort", item: PLAIN },
    volumeMounts: { key: "mountPath", item: PLAIN },
    volumeDevices: { key: "devicePath", item: PLAIN },
  },
};

const POD_SPEC: MergeSchema = {
  lists: {
    containers: { key: "name", item: CONTAINER },
    initContainers: { key: "name", item: CONTAINER },
    ephemeralContainers: { key: "name", item: CONTAINER },
    volumes: { key: "name", item: PLAIN },
    imagePullSecrets: { key: "name", item: PLAIN },
    hostAliases: { key: "ip", item: PLAIN },
    topologySpreadConstraints: { key: "topologyKey", item: PLAIN },
    resourceClaims: { key: "name", item: PLAIN },
    schedulingGates: { key: "name", item: PLAIN },
  },
};

/** The schema of a PodTemplateSpec. */
export const POD_TEMPLATE: MergeSchema = {
  objects: {
    metadata: { lists: { ownerReferences: { key: "uid", item: PLAIN } }, sets: ["finalizers"] },
    spec: POD_SPEC,
  },
};
