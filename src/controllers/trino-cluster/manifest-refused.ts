/** From the object that Kubernetes refuses back to the field of the spec that made it so. */

import type { StatusCause } from "../../runtime/api-error.ts";
import { ObjectRefused } from "../../runtime/object-refused.ts";
import { COMPONENT_LABEL } from "../../trino/labels.ts";
import { TRINO_CONTAINER } from "../../trino/resources/trino-container.ts";
import type { Manifest } from "../../trino/resources.ts";
import { SpecInvalid, type Violation } from "../../trino/violation.ts";

/** Where a component has its fields in the spec. */
const FIELDS: Readonly<Record<string, string>> = {
  coordinator: "spec.coordinator",
  worker: "spec.workers",
  metastore: "spec.hiveMetastore",
  "metastore-db": "spec.hiveMetastore",
  "metastore-schema": "spec.hiveMetastore",
};

/** Does `write`; throws SpecInvalid where Kubernetes refuses the object for what the spec hands through to it. */
export async function refusedInWords<T>(manifest: Manifest, component: string | undefined, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const violations = error instanceof ObjectRefused ? violationsOf(error, component ?? manifest.metadata.labels?.[COMPONENT_LABEL]) : [];
    if (violations.length === 0) throw error;
    throw new SpecInvalid(violations);
  }
}

/** Nothing where one of the causes is not the spec's, such as a field that cannot be changed: that is ours to put right. */
function violationsOf({ kind, object, causes }: ObjectRefused, component: string = ""): readonly Violation[] {
  const found = causes.map((cause) => violationOf(cause, { kind, name: object.name, role: FIELDS[component] }));
  return found.every((violation) => violation !== undefined) ? found : [];
}

interface Place {
  readonly kind: string;
  readonly name: string;
  readonly role: string | undefined;
}

function violationOf({ field = "", message = "it is invalid" }: StatusCause, { kind, name, role }: Place): Violation | undefined {
  const problem = `Kubernetes refuses ${field} of ${kind} ${name}: ${message}.`;
  if (kind === "Service" && field.startsWith("metadata.annotations"))
    return { field: "spec.service.annotations", problem, cure: "Correct it there.", waiting: false };
  if (role === undefined) return undefined;
  if ((kind === "ConfigMap" || kind === "Secret") && field.startsWith("data"))
    return { field: role, problem, cure: "Make the files that it holds fewer or smaller.", waiting: false };
  const own = podField(role, field, kind);
  if (own === undefined) return undefined;
  const patch = own.endsWith("podTemplate") ? "" : `, or in ${role}.podTemplate`;
  return { field: own, problem, cure: `Correct it there${patch}.`, waiting: false };
}

/** Fields of the pod that have the same name in a role. */
const SAME_NAME = [
  "initContainers",
  "volumes",
  "nodeSelector",
  "tolerations",
  "affinity",
  "topologySpreadConstraints",
  "priorityClassName",
  "serviceAccountName",
];
/** The same for the fields of Trino's container. */
const IN_CONTAINER = ["env", "envFrom", "volumeMounts", "resources"];

function podField(role: string, field: string, kind: string): string | undefined {
  const inPod = kind === "Pod" ? field : /^spec\.template\.(.+)$/s.exec(field)?.[1];
  const [part = "", list = "", inside = ""] = (inPod ?? "").replace(/^metadata\./, "").split(/\.(?![^[]*\])/);
  const isMetastore = role === FIELDS["metastore"];
  if (part === "labels" || part === "annotations") return `${role}.${isMetastore ? "podTemplate" : METADATA[part]}`;
  if (part !== "spec") return undefined;
  return isMetastore ? `${role}.${metastoreField(list, inside)}` : roleField(role, list, inside);
}

const METADATA = { labels: "podLabels", annotations: "podAnnotations" } as const;

function metastoreField(list: string, inside: string): string {
  if (nameOf(list) === "imagePullSecrets") return "image.pullSecrets";
  return list === "containers[0]" && nameOf(inside) === "resources" ? "resources" : "podTemplate";
}

function roleField(role: string, list: string, inside: string): string {
  const name = nameOf(list);
  if (name === "imagePullSecrets") return "spec.image.pullSecrets";
  if (name !== "containers") return `${role}.${SAME_NAME.includes(name) ? name : "podTemplate"}`;
  if (!TRINO_CONTAINERS.includes(list)) return `${role}.sidecars`;
  return `${role}.${IN_CONTAINER.includes(nameOf(inside)) ? nameOf(inside) : "podTemplate"}`;
}

/** As the API server names it, and as server-side apply does. */
const TRINO_CONTAINERS = ["containers[0]", `containers[name="${TRINO_CONTAINER}"]`];

/** Without the index. */
function nameOf(step: string): string {
  return step.replace(/\[.*$/s, "");
}
