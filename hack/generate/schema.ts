import type { Change } from "../../src/api/v1alpha1/change.ts";

/** A structural OpenAPI v3 schema as a CustomResourceDefinition takes it. */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message: string }[];
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-list-type"?: "map" | "set" | "atomic";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  /** Name of the TypeScript interface; ours, never in the CRD. */
  readonly "x-type"?: { readonly name: string; readonly description: string };
  /** What a change restarts; ours, never in the CRD. */
  readonly "x-change"?: Change;
  /** What adding or removing the whole restarts; ours, never in the CRD. */
  readonly "x-addition"?: Change;
}
