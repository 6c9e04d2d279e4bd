/** What a TrinoCluster refers to, and how what was read comes into `validate`. */
import type { CoordinatorSpec, HiveMetastoreSpec, TrinoCluster, WorkersSpec } from "../api/v1alpha1/trino-cluster.ts";

import type { Cluster } from "./cluster.ts";

/** The values of a Secret or ConfigMap by key, decoded; undefined when there is no such object. */
export type Values = ReadonlyMap<string, string> | undefined;

/** Everything that `dereference` read for a cluster. */
export interface References {
  readonly secrets: ReadonlyMap<string, Values>;
  readonly configMaps: ReadonlyMap<string, Values>;
  /** The cluster's internal Secret, which is made before anything is validated. */
  readonly internalSecret: Cluster["internalSecret"];
}

/** Names of Secrets and ConfigMaps in the cluster's namespace. */
export interface ReferenceNames {
  readonly secrets: readonly string[];
  readonly configMaps: readonly string[];
}

interface Selector {
  readonly name: string;
}

/** One place that names a Secret or ConfigMap. */
interface Reference {
  readonly secret?: Selector | undefined;
  readonly configMap?: Selector | undefined;
}

/** Everything that must be read before a cluster can be validated, each name once and sorted. */
export function referencesOf({ spec }: Pick<TrinoCluster, "spec">): ReferenceNames {
  const found: readonly Reference[] = [
    ...roleReferences(spec.coordinator ?? {}),
    ...roleReferences(spec.workers ?? {}),
    ...Object.values(spec.catalogs ?? {}).flatMap(({ secretProperties = {} }) =>
      Object.values(secretProperties).map((value) => ({ secret: value.secretKeyRef })),
    ),
    { secret: spec.caBundle?.secretKeyRef, configMap: spec.caBundle?.configMapKeyRef },
    ...metastoreReferences(spec.hiveMetastore),
  ];
  return { secrets: names(found.map(({ secret }) => secret)), configMaps: names(found.map(({ configMap }) => configMap)) };
}

function roleReferences({ files = {}, env = [], envFrom = [] }: CoordinatorSpec | WorkersSpec): readonly Reference[] {
  return [
    ...Object.values(files).map(({ secretKeyRef, configMapKeyRef }) => ({ secret: secretKeyRef, configMap: configMapKeyRef })),
    ...env.map(({ valueFrom }) => ({ secret: valueFrom?.secretKeyRef, configMap: valueFrom?.configMapKeyRef })),
    ...envFrom.map(({ secretRef, configMapRef }) => ({ secret: secretRef, configMap: configMapRef })),
  ];
}

function metastoreReferences(metastore: HiveMetastoreSpec | undefined): readonly Reference[] {
  const { postgresql, mysql } = metastore?.database ?? {};
  return [metastore?.warehouse?.s3?.credentialsSecret, postgresql?.credentialsSecret, mysql?.credentialsSecret]
    .filter((name) => name !== undefined)
    .map((name) => ({ secret: { name } }));
}

function names(selectors: readonly (Selector | undefined)[]): readonly string[] {
  return [...new Set(selectors.flatMap((selector) => (selector ? [selector.name] : [])))].sort();
}
