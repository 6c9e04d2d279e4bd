/** The examples of specs that the API server takes or refuses. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { API_VERSION, KIND } from "../../src/api/v1alpha1/group.ts";

/** One example; `refused` is a part of the message, absent for a good one. */
export interface Example {
  readonly name: string;
  readonly objectName?: string;
  readonly spec: object;
  /** The spec before a change. */
  readonly was?: object;
  readonly refused?: string;
}

/** Every example. */
export const examples: readonly Example[] = load(readFileSync(join(import.meta.dirname, "examples.yaml"), "utf8")) as Example[];

/** The whole object around an example's spec. */
export function objectOf(example: Example, spec: object): { apiVersion: string; kind: string; metadata: { name: string }; spec: object } {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name: example.objectName ?? "lakehouse" }, spec };
}
