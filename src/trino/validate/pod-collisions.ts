/** What a user adds to a pod must not hide what the operator puts there. */
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { Cluster, RoleName } from "../cluster.ts";
import { type Merged, merge } from "../contribution.ts";
import { roleField, roleOf } from "../feature.ts";
import { FEATURES } from "../features/table.ts";
import { podOptions } from "../features/user.ts";
import { CONFIG_DIRECTORY, DATA_DIRECTORY, OPERATOR_DIRECTORY, VOLUMES } from "../resources/pod-paths.ts";
import { patched } from "../resources/pod-template.ts";
import { TRINO_CONTAINER } from "../resources/trino-container.ts";
import { PatchInvalid } from "../template/strategic-merge.ts";
import type { Findings } from "./findings.ts";

type Named = { readonly name: string };

/** Refuses names and paths of a role that are taken, and a `podTemplate` that cannot be applied. */
export function checkPod(cluster: Cluster, role: RoleName, findings: Findings): void {
  const { pod } = roleOf(cluster, role);
  const own = operatorContributions(cluster, role);
  const taken: readonly Taken[] = [
    { list: "env", used: pod.env as readonly Named[], taken: [...own.env.map(({ name }) => name), ...Object.keys(own.secretEnv)] },
    { list: "volumes", used: pod.volumes as readonly Named[], taken: [...Object.values(VOLUMES), ...own.volumes.map(({ name }) => name)] },
    { list: "initContainers", used: pod.initContainers as readonly Named[], taken: own.initContainers.map(({ name }) => name) },
    { list: "sidecars", used: pod.sidecars as readonly Named[], taken: [TRINO_CONTAINER, ...own.sidecars.map(({ name }) => name)] },
  ];
  for (const entry of taken) checkNames(roleField(role), entry, findings);
  checkMounts(roleField(role), pod.volumeMounts as readonly { mountPath: string }[], findings);
  if (pod.template !== undefined) checkTemplate(`${roleField(role)}.podTemplate`, pod.template, findings);
}

/** Refuses a patch on a pod template that cannot be applied. */
export function checkPatch(field: string, { patch, container }: { patch: object; container: string }, findings: Findings): void {
  try {
    const template: IPodTemplateSpec = { spec: { containers: [{ name: container }] } };
    const containers = patched(template, patch).spec?.containers ?? [];
    if (!containers.some(({ name }) => name === container))
      findings.refuse(field, `It removes the container ${container}.`, "Keep that container.");
  } catch (error) {
    if (!(error instanceof PatchInvalid)) throw error;
    findings.refuse(field, `It cannot be applied: ${error.message}.`, "Write it as for kubectl patch --type strategic.");
  }
}

function checkTemplate(field: string, patch: object, findings: Findings): void {
  checkPatch(field, { patch, container: TRINO_CONTAINER }, findings);
}

function operatorContributions(cluster: Cluster, role: RoleName): Merged {
  const features = FEATURES.filter((feature) => feature !== podOptions);
  return merge(features.map(({ name, layer, contribute }) => ({ feature: name, layer, contribution: contribute(cluster, role) })));
}

interface Taken {
  readonly list: string;
  readonly used: readonly Named[];
  readonly taken: readonly string[];
}

function checkNames(field: string, { list, used, taken }: Taken, findings: Findings): void {
  used.forEach(({ name }, index) => {
    if (taken.includes(name))
      findings.refuse(`${field}.${list}[${index}].name`, `${name} is used by the operator.`, "Choose another name.");
    if (used.findIndex((other) => other.name === name) !== index)
      findings.refuse(`${field}.${list}[${index}].name`, `${name} is there twice.`, "Choose another name.");
  });
}

/** Below a read-only volume nothing can be mounted, and above it a mount would hide it. */
const OWN_DIRECTORIES: readonly string[] = [CONFIG_DIRECTORY, OPERATOR_DIRECTORY, DATA_DIRECTORY, "/tmp"];
const READ_ONLY_DIRECTORIES: readonly string[] = [CONFIG_DIRECTORY, OPERATOR_DIRECTORY];

function checkMounts(field: string, mounts: readonly { mountPath: string }[], findings: Findings): void {
  mounts.forEach(({ mountPath }, index) => {
    const path = mountPath.replace(/(?<=.)\/+$/, "");
    const hides = OWN_DIRECTORIES.find((directory) => directory === path || directory.startsWith(path === "/" ? "/" : `${path}/`));
    const below = READ_ONLY_DIRECTORIES.find((directory) => path.startsWith(`${directory}/`));
    const twice = mounts.findIndex((other) => other.mountPath === mountPath) !== index;
    const place = `${field}.volumeMounts[${index}].mountPath`;
    if (hides) findings.refuse(place, `${mountPath} hides ${hides}, which the operator fills.`, "Mount it somewhere else.");
    if (below)
      findings.refuse(
        place,
        `${below} is read-only, so that nothing can be mounted below it.`,
        "Use files for files under /etc/trino, or mount it somewhere else.",
      );
    if (twice) findings.refuse(place, `${mountPath} is there twice.`, "Mount it somewhere else.");
  });
}
