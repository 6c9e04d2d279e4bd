/**
 * The user's `podTemplate`: a patch on the metastore's own pods, of which the schema Jobs and the embedded database take what concerns
 * where and as whom a pod runs.
 */
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Labels } from "../metadata.ts";
import { patched, withLabels } from "../pod-template.ts";

/** The containers that a patch can name: each is in the pods of one workload, the driver's in those of the metastore and of the Jobs. */
export const METASTORE_CONTAINERS = { metastore: "metastore", schema: "schema", database: "postgresql", driver: "jdbc-driver" } as const;

type Patch = Readonly<Record<string, unknown>>;

/** An item of a list in a patch. */
interface Item {
  readonly name?: string;
  readonly $patch?: string;
}

/** What a patch is applied to: a template, its labels, which no patch may change, and the user's patch, if there is one. */
export interface Patching {
  readonly template: IPodTemplateSpec;
  readonly labels: Labels;
  readonly patch: object | undefined;
}

/** The metastore's own pods take the whole patch; only containers of the other pods are none of theirs. */
export function patchedMetastorePod({ template, labels, patch }: Patching): IPodTemplateSpec {
  if (patch === undefined) return template;
  const foreign: readonly string[] = [METASTORE_CONTAINERS.schema, METASTORE_CONTAINERS.database];
  const spec = withContainers(specOf(patch), (name) => !foreign.includes(name));
  return withLabels(patched(template, { ...patch, ...(spec ? { spec } : {}) }), labels);
}

/** How a pod ends is part of what it does: a Job that is cut off in its work leaves half a schema. */
const OWN_FIELDS = ["restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "$patch"];

/**
 * The pods beside it take the metadata and the fields of the pod. A container of the patch counts where there is one of its name, and
 * a volume where a container mounts it: a sidecar would keep a Job from its end, and a volume of one node would hold the database there.
 */
export function patchedCompanionPod({ template, labels, patch }: Patching): IPodTemplateSpec {
  if (patch === undefined) return template;
  const own = template.spec as IPodSpec;
  const names = [...(own.initContainers ?? []), ...own.containers].map(({ name }) => name);
  const { volumes, ...spec } = withContainers(without(specOf(patch) ?? {}, OWN_FIELDS), (name) => names.includes(name)) ?? {};
  const added = itemsOf(volumes).filter(({ $patch }) => $patch === undefined);
  const metadata = without((patch as { metadata?: object }).metadata ?? {}, ["$patch"]);
  const whole = patched(template, { metadata, spec: added.length > 0 ? { ...spec, volumes: added } : spec });
  const kept = (own.volumes ?? []).map(({ name }) => name);
  return withLabels({ ...whole, spec: withMountedVolumes(whole.spec as IPodSpec, kept) }, labels);
}

function specOf(patch: object): Patch | undefined {
  return (patch as { spec?: Patch }).spec;
}

const CONTAINER_LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;

function withContainers(spec: Patch | undefined, keeps: (name: string) => boolean): Patch | undefined {
  if (spec === undefined) return undefined;
  const lists = CONTAINER_LISTS.map((list) => [list, itemsOf(spec[list]).filter((item) => keeps(item.name ?? ""))] as const);
  return { ...without(spec, CONTAINER_LISTS), ...Object.fromEntries(lists.filter(([, items]) => items.length > 0)) };
}

function itemsOf(list: unknown): readonly Item[] {
  return Array.isArray(list) ? (list as readonly Item[]) : [];
}

function withMountedVolumes(spec: IPodSpec, own: readonly string[]): IPodSpec {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const mounted = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
  const volumes = (spec.volumes ?? []).filter(({ name }) => own.includes(name) || mounted.includes(name));
  return { ...spec, ...(spec.volumes === undefined ? {} : { volumes }) };
}

function without(object: object, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}
