/** The metastore's `podTemplate`, which is a patch on the pods of up to three workloads. */
import type { Metastore } from "../cluster.ts";
import { METASTORE_CONTAINERS } from "../resources/metastore/pod-patch.ts";
import type { Findings } from "./findings.ts";
import { checkPatch } from "./pod-collisions.ts";

const FIELD = "spec.hiveMetastore.podTemplate";

/** Refuses a patch that cannot be applied, that takes away a container of ours, or that names one of a database that is not there. */
export function checkMetastorePatch(metastore: Metastore | undefined, findings: Findings): void {
  if (metastore?.kind !== "managed" || metastore.template === undefined) return;
  const { metastore: main, schema, database } = METASTORE_CONTAINERS;
  checkPatch(FIELD, { patch: metastore.template, container: main }, findings);
  for (const { name, $patch } of containersOf(metastore.template)) {
    if (name === database && metastore.database.kind !== "embedded") {
      findings.refuse(FIELD, `There is no container ${database}: the database is not an embedded one.`, "Remove it from the patch.");
    }
    if ((name === database || name === schema) && $patch === "delete") {
      findings.refuse(FIELD, `It removes the container ${name}.`, "Keep that container.");
    }
  }
}

interface Item {
  readonly name?: unknown;
  readonly $patch?: unknown;
}

function containersOf(patch: object): readonly Item[] {
  const { containers } = (patch as { spec?: { containers?: unknown } }).spec ?? {};
  return Array.isArray(containers) ? (containers as readonly Item[]) : [];
}
