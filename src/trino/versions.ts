/** The Trino versions that this operator knows. Source: https://trino.io/docs/current/release.html */

/** The first version that is supported. */
export const OLDEST_VERSION = 435;

/** The last version whose properties and requirements were looked through; newer ones are rendered like it. */
export const NEWEST_VERSION = 483;

/** How a worker of a version can be drained: told to and told back, only by its own end, or not without failed queries. */
export type Drain = "Draining" | "ShuttingDown" | "Broken";

/** The table of drains, by the first version to which a row applies. Newest first. */
export const DRAIN_BY_VERSION: readonly { readonly since: number; readonly drain: Drain; readonly source: string }[] = [
  { since: 476, drain: "Draining", source: "https://trino.io/docs/current/release/release-476.html" }, // heals it
  { since: 474, drain: "Broken", source: "https://github.com/trinodb/trino/issues/25690" },
  { since: 468, drain: "Draining", source: "https://trino.io/docs/current/release/release-468.html" }, // brings DRAINING and DRAINED
  { since: 0, drain: "ShuttingDown", source: "https://trino.io/docs/current/admin/graceful-shutdown.html" },
];

/** How a worker of this version can be drained; a version that is not known is taken for one that cannot be told back. */
export function drainOf(version: number | undefined): Drain {
  return DRAIN_BY_VERSION.find(({ since }) => (version ?? 0) >= since)?.drain ?? "ShuttingDown";
}
