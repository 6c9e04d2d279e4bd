/** The command `render`: everything that a TrinoCluster manifest becomes, without a cluster. */
import { dump, loadAll } from "js-yaml";
import { KIND } from "../api/v1alpha1/group.ts";
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import { build } from "../trino/build.ts";
import type { Cluster } from "../trino/cluster.ts";
import { type Explanation, explain } from "../trino/explain.ts";
import { type References, referencesOf, type Values } from "../trino/references.ts";
import { internalSecretManifest, internalSecretName } from "../trino/resources/internal-secret.ts";
import type { Manifest, Resources } from "../trino/resources.ts";
import { validate } from "../trino/validate.ts";

/** What to print. */
export interface RenderOptions {
  /** Each property with the feature or field that set it, instead of manifests. */
  readonly explain: boolean;
}

/** Stands for the UID that the API server would give. */
const PLACEHOLDER_UID = "00000000-0000-0000-0000-000000000000";

/** Renders the TrinoClusters of a YAML text, with placeholders for secret values. Throws SpecInvalid, or Error for what is no TrinoCluster. */
export function renderManifest(text: string, options: RenderOptions): string {
  const objects = loadAll(text).filter(isTrinoCluster);
  if (objects.length === 0) throw new Error(`the text holds no object of kind ${KIND}`);
  return objects.map((object) => renderCluster(object, options)).join(options.explain ? "\n" : "---\n");
}

/** Everything that a cluster consists of, in the order in which the operator applies it. */
export function manifestsOf(cluster: Cluster, { base, coordinator, workers, metastore }: Resources): readonly Manifest[] {
  const generated = metastore?.generatedSecrets.map(({ manifest, randomKeys }) => withPlaceholders(manifest, randomKeys)) ?? [];
  return [
    ...base,
    ...generated,
    ...(metastore
      ? [
          ...metastore.base,
          ...(metastore.database ? [metastore.database] : []),
          metastore.schemaJob,
          ...(metastore.upgradeJob ? [metastore.upgradeJob] : []),
          metastore.workload,
        ]
      : []),
    ...coordinator.revision.configuration,
    coordinator.revision.record,
    coordinator.statefulSet(coordinator.revision, cluster.suspend ? 0 : 1),
    ...workers.revision.configuration,
    workers.revision.record,
    workers.deployment(workers.revision, cluster.suspend ? 0 : cluster.workers.replicas),
  ];
}

/** YAML of manifests, one document each, without anchors. */
function yamlOf(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => dump(manifest, { lineWidth: -1, noRefs: true })).join("---\n");
}

function renderCluster(object: TrinoCluster, options: RenderOptions): string {
  const { namespace = "default", uid = PLACEHOLDER_UID } = object.metadata;
  const complete = { ...object, metadata: { ...object.metadata, namespace, uid } };
  const cluster = validate(complete, placeholderReferences(complete));
  const warnings = cluster.warnings.map((warning) => `# Warning: ${warning}\n`).join("");
  if (options.explain) return `${warnings}${explanationText(explain(cluster))}`;
  const internal = internalSecretManifest(
    complete,
    placeholders(internalSecretName(object), ["shared-secret", "drain-token-sha256", "drain-token-hkdf"]),
  );
  return `${warnings}${yamlOf([internal, ...manifestsOf(cluster, build(cluster))])}`;
}

function isTrinoCluster(object: unknown): object is TrinoCluster {
  return typeof object === "object" && object !== null && "kind" in object && object.kind === KIND;
}

/** Every key of every object that is referred to is there. */
function placeholderReferences(object: TrinoCluster): References {
  const { secrets, configMaps } = referencesOf(object);
  const all = (names: readonly string[]): ReadonlyMap<string, Values> => new Map(names.map((name) => [name, placeholderValues(name)]));
  return {
    secrets: all(secrets),
    configMaps: all(configMaps),
    internalSecret: { name: internalSecretName(object), key: "placeholder", nameKey: "placeholder" },
  };
}

function placeholderValues(name: string): Values {
  return Object.assign(new Map<string, string>(), { get: (key: string) => placeholder(name, key) });
}

function placeholders(name: string, keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map((key) => [key, placeholder(name, key)]));
}

function placeholder(name: string, key: string): string {
  return `<${key} of ${name}>`;
}

function withPlaceholders(manifest: Manifest, keys: readonly string[]): Manifest {
  return { ...manifest, stringData: placeholders(manifest.metadata.name, keys) };
}

function explanationText(explanations: readonly Explanation[]): string {
  const rows = explanations.map(({ role, file, key, value, origin }) => ({
    place: `${role} ${file}`,
    setting: key === "" ? value : `${key}=${value}`,
    origin: `${origin.layer} ${origin.feature}${origin.field === undefined ? "" : ` (${origin.field})`}`,
  }));
  const width = Math.max(...rows.map(({ place }) => place.length));
  const settingWidth = Math.min(80, Math.max(...rows.map(({ setting }) => setting.length)));
  return rows.map(({ place, setting, origin }) => `${place.padEnd(width)}  ${setting.padEnd(settingWidth)}  ${origin}\n`).join("");
}
