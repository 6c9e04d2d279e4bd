/** What a change of a field restarts, as metadata of the schema: docs/reference/changes.md is generated from it. Build time only. */

/** Everything that a change can restart, with what the word means; `all` is both roles of Trino. */
export const RESTARTS = {
  none: "No pod restarts. What there is to do, a Service to edit or a worker to add, is done at once.",
  workers: "The workers are replaced, new ones first; each old one finishes its tasks before it goes.",
  coordinator: "The coordinator restarts, when no query is unfinished.",
  all: "Both roles restart: the workers first, then the coordinator. Only `version` and `internalSecretNumber` turn the order round.",
  metastore: "The pods of the managed metastore are replaced, new ones first.",
  database: "The pod of the metastore's embedded database restarts; meanwhile the metastore does not answer.",
  schema: "A Job that makes the metastore's schema, or looks which one there is, runs once more, before the metastore's pods are replaced.",
  fixed: "It cannot be changed: the API server refuses the manifest, and nothing happens.",
} as const;

/** A word of RESTARTS. */
export type Restart = keyof typeof RESTARTS;

/** What a change of a field restarts. */
export interface Change {
  readonly restarts: readonly Restart[];
  /** What happens, in one sentence. */
  readonly effect: string;
}

/** Metadata that says what a change of a field restarts. The fields below it inherit it, unless they have their own. */
export function change(restarts: Restart | readonly Restart[], effect: string): { readonly "x-change": Change } {
  return { "x-change": { restarts: listed(restarts), effect } };
}

/** Metadata of what is optional as a whole: what it restarts when the whole of it is added or removed. */
export function addition(restarts: Restart | readonly Restart[], effect: string): { readonly "x-addition": Change } {
  return { "x-addition": { restarts: listed(restarts), effect } };
}

function listed(restarts: Restart | readonly Restart[]): readonly Restart[] {
  return typeof restarts === "string" ? [restarts] : restarts;
}
