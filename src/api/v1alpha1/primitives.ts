/** The small schemas that the rest is made of, and the two ways to attach a rule to one. Build time only. */
import { z } from "zod";

/** A rule in the Common Expression Language, checked by the API server. Must compile on Kubernetes 1.25. */
export interface Rule {
  readonly rule: string;
  /** What is wrong and how to put it right, in one sentence. */
  readonly message: string;
}

/** Metadata that attaches rules to a schema: `z.object({…}).meta(rules({ rule, message }))`. */
export function rules(...list: readonly Rule[]): { "x-kubernetes-validations": readonly Rule[] } {
  return { "x-kubernetes-validations": list };
}

/** Metadata that names the TypeScript interface made from an object schema, and says what it is. */
export function named(name: string, description: string): { "x-type": { name: string; description: string } } {
  return { "x-type": { name, description } };
}

/** Metadata of a list whose items are told apart by these fields, so that several appliers can own items of it. */
export function keyedBy(...keys: readonly string[]): { "x-kubernetes-list-type": "map"; "x-kubernetes-list-map-keys": readonly string[] } {
  return { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys };
}

/** A string that matches `pattern`. A rule instead of `pattern`, because a rule's message can say the cure. */
export function matching(pattern: string, message: string, maxLength: number): z.ZodType {
  return z
    .string()
    .max(maxLength)
    .meta(rules({ rule: `self.matches(r'${pattern}')`, message }));
}

/** A duration in Trino's notation. Source: https://trino.io/docs/current/admin/properties.html#duration */
export function duration(): z.ZodType {
  return matching("^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$", "must be a number and one unit of ms, s, m, h or d, for example 30s, 15m or 2h", 32);
}

/** A data size in Trino's notation (binary: 1MB = 1048576 bytes). Source: https://trino.io/docs/current/admin/properties.html#data-size */
export function dataSize(): z.ZodType {
  return matching(
    "^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|TB)$",
    "must be a number and one unit of B, kB, MB, GB or TB, for example 512MB or 4GB",
    32,
  );
}

/** A resource quantity. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export const quantity: z.ZodType = z.union([z.int(), z.string()]).meta({
  pattern: "^\\+?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE][+-]?[0-9]+))?$",
});

/** The name of another object in the same namespace. */
export function objectName(): z.ZodType {
  return z.string().min(1).max(253);
}

/** A map of strings to strings. */
export function stringMap(maxProperties: number, maxLength = 8192): z.ZodType {
  return z.record(z.string(), z.string().max(maxLength)).meta({ maxProperties });
}

/** An object whose fields are Kubernetes' own and which is handed through; Kubernetes checks it when it is applied. */
export function handedThrough(): z.ZodType {
  return z.looseObject({});
}

/** One key of a Secret or ConfigMap in the cluster's namespace. */
export const keySelector: z.ZodType = z
  .object({
    name: objectName().describe("Name of the object, in the namespace of the TrinoCluster."),
    key: z.string().min(1).max(253).describe("Key within the object's data."),
  })
  .meta(named("KeySelector", "One key of a Secret or ConfigMap."));

/** A rule that demands exactly one of several optional fields. */
export function exactlyOne(fields: readonly string[], message: string): Rule {
  return { rule: `[${fields.map((field) => `has(self.${field})`).join(", ")}].filter(set, set).size() == 1`, message };
}

/** A rule that allows at most one of several optional fields. */
export function atMostOne(fields: readonly string[], message: string): Rule {
  return { rule: `[${fields.map((field) => `has(self.${field})`).join(", ")}].filter(set, set).size() <= 1`, message };
}
