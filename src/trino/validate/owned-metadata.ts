/** Labels and annotations of pods that a user may not set: the operator would overwrite them, or read its own notes wrongly. */
import type { Cluster, PodOptions } from "../cluster.ts";
import { roleField } from "../feature.ts";
import { COMPONENT_LABEL, DELETION_COST_ANNOTATION, MANAGED_BY_LABEL, PREFIX } from "../labels.ts";
import type { Findings } from "./findings.ts";

/** Labels that selectors and caches depend on, beside those of our own prefix. */
const OWN_LABELS: readonly string[] = ["app.kubernetes.io/name", "app.kubernetes.io/instance", COMPONENT_LABEL, MANAGED_BY_LABEL];

/** Annotations that the operator writes, beside those of our own prefix. */
const OWN_ANNOTATIONS: readonly string[] = ["kubectl.kubernetes.io/default-container", DELETION_COST_ANNOTATION];

/** Refuses those of `podLabels`, `podAnnotations` and `podTemplate` of both roles, and of the metastore's `podTemplate`. */
export function checkOwnedMetadata({ coordinator, workers, metastore }: Cluster, findings: Findings): void {
  for (const { name, pod } of [coordinator, workers]) checkRole(roleField(name), pod, findings);
  if (metastore?.kind === "managed") checkPatch("spec.hiveMetastore.podTemplate", metastore.template, findings);
}

function checkRole(field: string, { labels, annotations, template }: PodOptions, findings: Findings): void {
  checkKeys(`${field}.podLabels`, { keys: Object.keys(labels), own: OWN_LABELS }, findings);
  checkKeys(`${field}.podAnnotations`, { keys: Object.keys(annotations), own: OWN_ANNOTATIONS }, findings);
  checkPatch(`${field}.podTemplate`, template, findings);
}

function checkPatch(field: string, patch: object | undefined, findings: Findings): void {
  const { labels, annotations } = (patch as { metadata?: { labels?: unknown; annotations?: unknown } } | undefined)?.metadata ?? {};
  checkKeys(field, { keys: keysOf(labels), own: OWN_LABELS }, findings);
  checkKeys(field, { keys: keysOf(annotations), own: OWN_ANNOTATIONS }, findings);
}

function checkKeys(
  field: string,
  { keys, own }: { readonly keys: readonly string[]; readonly own: readonly string[] },
  findings: Findings,
): void {
  for (const key of keys) {
    if (own.includes(key) || key.startsWith(`${PREFIX}/`)) findings.refuse(field, `${key} is set by the operator.`, "Choose another key.");
  }
}

/** Whoever writes a patch may write anything. */
function keysOf(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}
