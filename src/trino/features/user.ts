/** What the user adds to a role by hand: it beats what the features choose, and is appended where nothing can be beaten. */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvFromSource } from "kubernetes-models/v1/EnvFromSource";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { Cluster, PodOptions } from "../cluster.ts";
import { type Feature, roleField, roleOf } from "../feature.ts";
import { secretHash } from "../hash.ts";
import { PREFIX } from "../labels.ts";

/** Overrides in properties files. Which keys only the operator may set is checked by `validate`. */
export const configOverrides: Feature = {
  name: "config",
  layer: "override",
  contribute: (cluster, role) => ({
    files: Object.fromEntries(
      Object.entries(roleOf(cluster, role).config).map(([file, properties]) => [
        file,
        Object.fromEntries(
          Object.entries(properties).map(([key, value]) => [key, { value, field: `${roleField(role)}.config[${file}][${key}]` }]),
        ),
      ]),
    ),
  }),
};

/** Other files under /etc/trino. */
export const userFiles: Feature = {
  name: "files",
  layer: "override",
  contribute: (cluster, role) => ({ texts: roleOf(cluster, role).files }),
};

/** On a pod: a hash of the values that the user's environment refers to, so that a changed value makes another revision. */
const ENVIRONMENT_ANNOTATION = `${PREFIX}/environment`;

/** Environment, volumes and containers. Their shape was checked by the CRD, or will be by the API server. */
export const podOptions: Feature = {
  name: "pod-options",
  layer: "override",
  contribute: (cluster, role) => {
    const { pod } = roleOf(cluster, role);
    return {
      env: pod.env as readonly IEnvVar[],
      volumes: pod.volumes as readonly IVolume[],
      mounts: pod.volumeMounts as readonly IVolumeMount[],
      initContainers: pod.initContainers as readonly IContainer[],
      sidecars: pod.sidecars as readonly IContainer[],
      ...(pod.envFrom.length > 0 ? { container: { envFrom: pod.envFrom } } : {}),
      annotations: { ...pod.annotations, ...environmentAnnotation(cluster, pod) },
    };
  },
};

function environmentAnnotation({ referenced, internalSecret }: Cluster, { env, envFrom }: PodOptions): Readonly<Record<string, string>> {
  const named = (env as readonly IEnvVar[]).flatMap(({ valueFrom }) => [
    ...(valueFrom?.secretKeyRef ? [`Secret/${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`] : []),
    ...(valueFrom?.configMapKeyRef ? [`ConfigMap/${valueFrom.configMapKeyRef.name}/${valueFrom.configMapKeyRef.key}`] : []),
  ]);
  const whole = (envFrom as readonly IEnvFromSource[]).flatMap(({ secretRef, configMapRef }) => [
    ...(secretRef ? [`Secret/${secretRef.name}/`] : []),
    ...(configMapRef ? [`ConfigMap/${configMapRef.name}/`] : []),
  ]);
  const values = [...referenced].filter(([key]) => named.includes(key) || whole.some((prefix) => key.startsWith(prefix)));
  return values.length === 0 ? {} : { [ENVIRONMENT_ANNOTATION]: secretHash(internalSecret.nameKey, Object.fromEntries(values)) };
}
