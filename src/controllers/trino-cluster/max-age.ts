/** How old Trino's answer may be: fresh while something changes, a minute when nothing does. */
import type { LiveTrinoCluster } from "./context.ts";

const FRESH_MS = 900;
const SETTLED_MS = 55_000;

/** The age in milliseconds; `running` and `wanted` are revisions of the coordinator. */
export function maxAgeOf(
  { metadata, status }: Pick<LiveTrinoCluster, "metadata" | "status">,
  { running, wanted }: { readonly running: string | undefined; readonly wanted: string | undefined },
): number {
  const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") ?? false;
  const current = status?.observedGeneration === metadata.generation;
  // A worker that has just gone is counted until Trino is asked again, and no event tells of that.
  const counted = status?.workers?.registered === status?.workers?.desired;
  // A changed Secret changes the revision, but not the generation.
  return ready && current && counted && running === wanted ? SETTLED_MS : FRESH_MS;
}
