/** Removes configuration of the metastore that nothing names any more. Each ConfigMap tells which Secret goes with it. */
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { BY_CLUSTER } from "../../../lifecycle/stores.ts";
import type { KubernetesObject } from "../../../runtime/object.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import { COMPONENT_LABEL, CONFIGURATION_ANNOTATION } from "../../../trino/labels.ts";
import type { MetastoreResources } from "../../../trino/resources.ts";
import { KINDS } from "../../kinds.ts";
import type { Context } from "../context.ts";
import { unlessGone } from "./unless-gone.ts";

/** Deletes what neither the metastore's workloads, Jobs and pods name, nor what is wanted now. Only while nothing is rolled out. */
export async function pruneMetastore(
  { cluster, metastore }: { cluster: Cluster; metastore: MetastoreResources },
  ctx: Context,
): Promise<void> {
  const configMaps = configMapsOf(cluster, ctx);
  const wanted = metastore.base.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const used = new Set([...wanted, ...podSpecs(ctx, cluster.uid).flatMap(namesIn)]);
  await deleteConfiguration(cluster, spentConfiguration(configMaps, used), ctx);
}

/** Deletes all of it, for a metastore that goes itself. */
export async function deleteMetastoreConfiguration(cluster: Cluster, ctx: Context): Promise<void> {
  await deleteConfiguration(cluster, spentConfiguration(configMapsOf(cluster, ctx), new Set()), ctx);
}

async function deleteConfiguration(
  { namespace }: Cluster,
  spent: ReturnType<typeof spentConfiguration>,
  { client }: Context,
): Promise<void> {
  for (const { configMap, secret } of spent) {
    // The Secret first: without the ConfigMap nobody would know of it.
    if (secret !== undefined) await client.delete(KINDS.Secret, { namespace, name: secret }).catch(unlessGone);
    const { name, uid = "" } = configMap.metadata;
    await client.delete(KINDS.ConfigMap, { namespace, name }, { uid }).catch(unlessGone);
  }
}

function configMapsOf({ uid }: Cluster, { stores }: Context): readonly KubernetesObject[] {
  return stores.ofKind(KINDS.ConfigMap.kind)?.byIndex(BY_CLUSTER, uid).filter(isOurs) ?? [];
}

/** ConfigMaps that are not used, each with its Secret where no other one still needs that; `used` holds `Kind/name`. */
export function spentConfiguration(
  configMaps: readonly KubernetesObject[],
  used: ReadonlySet<string>,
): readonly { readonly configMap: KubernetesObject; readonly secret: string | undefined }[] {
  const isUsed = (configMap: KubernetesObject): boolean => used.has(`ConfigMap/${configMap.metadata.name}`);
  const needed = new Set([...used, ...configMaps.filter(isUsed).flatMap((configMap) => secretOf(configMap) ?? [])]);
  return configMaps
    .filter((configMap) => !isUsed(configMap))
    .map((configMap) => {
      const secret = secretOf(configMap);
      return { configMap, secret: secret === undefined || needed.has(secret) ? undefined : secret.replace("Secret/", "") };
    });
}

/** `Kind/name` of the ConfigMaps and Secrets that a pod names. */
export function namesIn(spec: IPodSpec): readonly string[] {
  const sources = (spec.volumes ?? []).flatMap(({ configMap, secret, projected }) => [
    { configMap: configMap?.name, secret: secret?.secretName },
    ...(projected?.sources ?? []).map((source) => ({ configMap: source.configMap?.name, secret: source.secret?.name })),
  ]);
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const variables = containers.flatMap(({ env = [], envFrom = [] }) => [
    ...env.map(({ valueFrom }) => ({ configMap: valueFrom?.configMapKeyRef?.name, secret: valueFrom?.secretKeyRef?.name })),
    ...envFrom.map((source) => ({ configMap: source.configMapRef?.name, secret: source.secretRef?.name })),
  ]);
  return [...sources, ...variables].flatMap(({ configMap, secret }) => [
    ...(configMap === undefined ? [] : [`ConfigMap/${configMap}`]),
    ...(secret === undefined ? [] : [`Secret/${secret}`]),
  ]);
}

function podSpecs({ stores }: Context, uid: string): readonly IPodSpec[] {
  const workloads = [...stores.deployments.byIndex(BY_CLUSTER, uid), ...stores.jobs.byIndex(BY_CLUSTER, uid)];
  return [...workloads.map(({ spec }) => spec?.template.spec), ...stores.pods.byIndex(BY_CLUSTER, uid).map(({ spec }) => spec)].flatMap(
    (spec) => spec ?? [],
  );
}

const COMPONENTS: ReadonlySet<string | undefined> = new Set(["metastore", "metastore-schema"]);

function isOurs(object: KubernetesObject): boolean {
  return COMPONENTS.has(object.metadata.labels?.[COMPONENT_LABEL]);
}

function secretOf(configMap: KubernetesObject): string | undefined {
  return configMap.metadata.annotations?.[CONFIGURATION_ANNOTATION];
}
