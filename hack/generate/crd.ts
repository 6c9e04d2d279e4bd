/** The CustomResourceDefinition around the schema. */
import { GROUP, KIND, PLURAL, VERSION } from "../../src/api/v1alpha1/group.ts";
import type { Schema } from "./schema.ts";

const readyCondition = `.status.conditions[?(@.type=="Ready")]`;

const printerColumns = [
  { name: "Ready", type: "string", jsonPath: `${readyCondition}.status`, description: "Whether the cluster serves as the spec asks." },
  { name: "Version", type: "integer", jsonPath: ".status.version", description: "The Trino version that serves." },
  { name: "Workers", type: "string", jsonPath: ".status.workers.summary", description: "Registered and desired workers." },
  { name: "Status", type: "string", jsonPath: `${readyCondition}.reason`, description: "Why it is ready, or why not." },
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
];

/** The manifest of the CustomResourceDefinition, as plain data. */
export function crd(schema: Schema): object {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${PLURAL}.${GROUP}`, labels: { "app.kubernetes.io/name": "trino-operator" } },
    spec: {
      group: GROUP,
      names: {
        kind: KIND,
        listKind: `${KIND}List`,
        plural: PLURAL,
        singular: KIND.toLowerCase(),
        shortNames: ["trino"],
        categories: ["all"],
      },
      scope: "Namespaced",
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: printerColumns,
          subresources: {
            status: {},
            scale: {
              specReplicasPath: ".spec.workers.replicas",
              statusReplicasPath: ".status.workers.replicas",
              labelSelectorPath: ".status.selector",
            },
          },
          schema: { openAPIV3Schema: withObjectFields(withoutOurs(schema)) },
        },
      ],
    },
  };
}

function withObjectFields(schema: Schema): Schema {
  const objectFields: Record<string, Schema> = {
    apiVersion: { type: "string", description: `Always ${GROUP}/${VERSION}.` },
    kind: { type: "string", description: `Always ${KIND}.` },
    metadata: { type: "object" },
  };
  return { ...schema, properties: { ...objectFields, ...schema.properties } };
}

/** Kubernetes refuses keywords that it does not know. */
function withoutOurs(schema: Schema): Schema {
  const { "x-type": _name, "x-change": _change, "x-addition": _addition, properties, items, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, withoutOurs(field)])),
    }),
    ...(items && { items: withoutOurs(items) }),
    ...(additionalProperties && { additionalProperties: withoutOurs(additionalProperties) }),
  };
}
