/** What the operator forgets: the rules of `controllers/trino-cluster/execute/prune-revisions.ts`. */
import type { Write } from "./execute.ts";
import { cachedPods } from "./view.ts";
import { targetOf, type World } from "./world.ts";

const KEPT_UNUSED = 2;
const KEPT_SERVED = 2;

/** Deletes the records of revisions that nothing uses and that are not the way back. */
export function pruneRecords(world: World, write: Write): void {
  const { records, deployments, set } = world.api;
  const wanted = targetOf(world.wanted);
  const served = records
    .flatMap(({ attempt }) => (attempt?.result === "Served" ? [attempt] : []))
    .sort((a, b) => b.since.localeCompare(a.since))
    .slice(0, KEPT_SERVED)
    .flatMap(({ coordinator, workers }) => [coordinator, workers]);
  const running = [...cachedPods(world), ...deployments, ...(set ? [set] : [])].map(({ revision }) => revision);
  const used = new Set([...running, ...served, wanted.coordinator, wanted.workers]);
  const spent = (["coordinator", "worker"] as const).flatMap((role) =>
    records
      .filter((record) => record.role === role && !used.has(record.hash))
      .sort((a, b) => b.created.localeCompare(a.created))
      .slice(KEPT_UNUSED),
  );
  for (const { hash } of spent) {
    write(() => {
      world.api.records = world.api.records.filter((record) => record.hash !== hash);
    });
  }
}
