/** Explain (pure): each property of each role, with the feature or the field of the spec that set it. */
import type { Cluster, RoleName } from "./cluster.ts";
import type { Origin } from "./contribution.ts";
import { contributionsOf } from "./features/table.ts";
import { sortedEntries } from "./hash.ts";

/** One line of the explanation. */
export interface Explanation {
  readonly role: RoleName;
  /** Relative to /etc/trino. */
  readonly file: string;
  /** Empty for lines of jvm.config and whole files. */
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
}

const ROLES: readonly RoleName[] = ["coordinator", "worker"];

/** Everything under /etc/trino, by role and file. Values from Secrets stand as references, never as values. */
export function explain(cluster: Cluster): readonly Explanation[] {
  return ROLES.flatMap((role) => explainRole(cluster, role));
}

function explainRole(cluster: Cluster, role: RoleName): readonly Explanation[] {
  const { files, jvm, texts } = contributionsOf(cluster, role);
  const properties = sortedEntries(files).flatMap(([file, entries]) =>
    sortedEntries(entries).map(([key, { value, origin }]) => ({ role, file, key, value, origin })),
  );
  const lines = jvm.map(({ argument, origin }) => ({ role, file: "jvm.config", key: "", value: argument, origin }));
  const whole = sortedEntries(texts).map(([file, { content, origin }]) => {
    const value =
      content.kind === "text"
        ? `${content.text.length} characters`
        : `key ${content.reference.key} of ${content.reference.kind} ${content.reference.name}`;
    return { role, file, key: "", value, origin };
  });
  return [...properties, ...lines, ...whole];
}
