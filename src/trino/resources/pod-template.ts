/** The pod template of a role. Everything in it, its configuration's names included, decides what its revision is. */
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Cluster, PodOptions, RoleName } from "../cluster.ts";
import type { Merged } from "../contribution.ts";
import { roleOf } from "../feature.ts";
import { INTERNAL_SECRET_ANNOTATION, SERVING_LABEL, VERSION_ANNOTATION } from "../labels.ts";
import { POD_TEMPLATE } from "../template/merge-keys.ts";
import { type JsonObject, strategicMerge } from "../template/strategic-merge.ts";
import type { Configuration } from "./configuration.ts";
import { type Labels, labelsOf, selectorOf } from "./metadata.ts";
import { VOLUMES } from "./pod-paths.ts";
import { restrictedPod, TRINO_USER } from "./security.ts";
import { serviceAccountName } from "./service-account.ts";
import { TRINO_CONTAINER, trinoContainer } from "./trino-container.ts";

/** What a pod template is made of. */
export interface PodParts {
  readonly merged: Merged;
  readonly configuration: Configuration;
}

/** Makes the pod template, without the label of its revision, which is a hash over it. */
export function podTemplate(cluster: Cluster, role: RoleName, parts: PodParts): IPodTemplateSpec {
  const { pod } = roleOf(cluster, role);
  const own = ownLabels(cluster, role);
  const template: IPodTemplateSpec = {
    metadata: {
      labels: { ...pod.labels, ...own },
      annotations: {
        ...parts.merged.annotations,
        "kubectl.kubernetes.io/default-container": TRINO_CONTAINER,
        [VERSION_ANNOTATION]: String(cluster.version),
        [INTERNAL_SECRET_ANNOTATION]: cluster.internalSecret.name,
      },
    },
    spec: {
      ...placement(cluster, role),
      serviceAccountName: pod.serviceAccountName ?? serviceAccountName(cluster),
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: restrictedPod(TRINO_USER),
      ...(cluster.image.pullSecrets.length > 0 ? { imagePullSecrets: cluster.image.pullSecrets.map((name) => ({ name })) } : {}),
      ...(parts.merged.pod as { terminationGracePeriodSeconds?: number }),
      ...(parts.merged.initContainers.length > 0 ? { initContainers: [...parts.merged.initContainers] } : {}),
      containers: [trinoContainer(cluster, role, parts), ...parts.merged.sidecars],
      volumes: [...ownVolumes(parts.configuration), ...parts.merged.volumes],
    },
  };
  return pod.template === undefined ? template : withLabels(patched(template, pod.template), own);
}

/** Applies the user's strategic merge patch. Whether it can be applied was checked by `validate`. */
export function patched(template: IPodTemplateSpec, patch: object): IPodTemplateSpec {
  return strategicMerge(template as JsonObject, patch as JsonObject, POD_TEMPLATE) as IPodTemplateSpec;
}

/** Whatever a patch did, our own labels stay: selectors and ownership depend on them. */
export function withLabels(template: IPodTemplateSpec, labels: Labels): IPodTemplateSpec {
  return { ...template, metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } } };
}

function ownLabels(cluster: Cluster, role: RoleName): Labels {
  return { ...labelsOf(cluster, role), ...(role === "coordinator" ? { [SERVING_LABEL]: "true" } : {}) };
}

/** One volume for all of /etc/trino. Data and temporary files have no size limit: to exceed one would evict a pod in mid-query. */
function ownVolumes({ configMap, secret, configMapItems, secretItems }: Configuration): readonly IVolume[] {
  const secretSource = secret && secretItems.length > 0 ? [{ secret: { name: secret.metadata.name, items: [...secretItems] } }] : [];
  return [
    {
      name: VOLUMES.configuration,
      projected: {
        sources: [{ configMap: { name: configMap.metadata.name, items: [...configMapItems] } }, ...secretSource],
        defaultMode: 0o440,
      },
    },
    { name: VOLUMES.data, emptyDir: {} },
    { name: VOLUMES.temporary, emptyDir: {} },
  ];
}

function placement(cluster: Cluster, role: RoleName): Partial<NonNullable<IPodTemplateSpec["spec"]>> {
  const { pod } = roleOf(cluster, role);
  const constraints = spreadConstraints(cluster, role, pod);
  return {
    ...(Object.keys(pod.nodeSelector).length > 0 ? { nodeSelector: pod.nodeSelector } : {}),
    ...(pod.tolerations.length > 0 ? { tolerations: [...pod.tolerations] } : {}),
    ...(pod.affinity === undefined ? {} : { affinity: pod.affinity }),
    ...(constraints.length > 0 ? { topologySpreadConstraints: [...constraints] } : {}),
    ...(pod.priorityClassName === undefined ? {} : { priorityClassName: pod.priorityClassName }),
  };
}

/** Workers spread over nodes and zones where they can; a wish, so that a small cluster still runs. */
const SPREAD_OVER = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"] as const;

function spreadConstraints(cluster: Cluster, role: RoleName, pod: PodOptions): readonly ITopologySpreadConstraint[] {
  const labelSelector = { matchLabels: selectorOf(cluster, role) };
  if (pod.topologySpreadConstraints.length > 0) {
    return (pod.topologySpreadConstraints as readonly ITopologySpreadConstraint[]).map((constraint) => ({ labelSelector, ...constraint }));
  }
  if (role === "coordinator") return [];
  return SPREAD_OVER.map((topologyKey) => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: "ScheduleAnyway", labelSelector }));
}
