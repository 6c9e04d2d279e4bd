/** On which workers the load's long queries have tasks, as Trino itself tells. */
import { query } from "../statement-client.ts";
import { waitFor } from "../wait-for.ts";
import { LONG_SOURCE } from "./load.ts";

/** How many workers, and for how long the queries have been running at least. */
export interface LongTasks {
  readonly workers: number;
  readonly seconds?: number;
}

/** Waits until so many workers run a task of a long query, so that none of them can go without a query noticing. */
export async function awaitLongTasks(url: string, { workers, seconds = 0 }: LongTasks): Promise<void> {
  await waitFor(
    `tasks of queries that have been running for ${seconds} s on ${workers} workers`,
    async () => {
      const nodes = await workersWithLongTasks(url, seconds);
      if (nodes.length < workers) throw new Error(`there are such on ${nodes.join(", ") || "none"}`);
    },
    { timeoutMs: 120_000 },
  );
}

async function workersWithLongTasks(url: string, seconds: number): Promise<readonly string[]> {
  const sql = `
    select distinct node_id from system.runtime.tasks join system.runtime.queries using (query_id)
    where source = '${LONG_SOURCE}' and tasks.state = 'RUNNING' and queries.created < now() - interval '${seconds}' second`;
  return (await query(url, sql)).map(([node]) => String(node));
}
