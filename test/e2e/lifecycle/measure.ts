/** Does an operation under load, and measures it. */
import { startLoad } from "../harness/load/load.ts";
import { awaitLongTasks } from "../harness/load/long-tasks.ts";
import { type LoadReport, type QueryTrouble, summaryOf } from "../harness/load/report.ts";
import type { ClusterName } from "../harness/trino-cluster.ts";
import { watchGonePods } from "./gone-pods.ts";
import { serviceUrl } from "./loaded-cluster.ts";
import type { Operation } from "./operation.ts";

/** What an operation cost. */
export interface Outcome {
  readonly name: string;
  /** From the request until the cluster was settled. */
  readonly seconds: number;
  readonly report: LoadReport;
  /** Pods that went, and pods whose containers were restarted. */
  readonly podsGone: number;
}

/**
 * Runs an operation while clients ask: it begins when long queries have tasks on every worker, and the load ends after it.
 * `meanwhile` is done at the same time.
 */
export async function measure(cluster: ClusterName, operation: Operation, meanwhile?: () => Promise<void>): Promise<Outcome> {
  const url = await serviceUrl(cluster);
  await using load = startLoad(url, operation.load);
  await awaitLongTasks(url, { workers: operation.workers });
  const podsGone = await watchGonePods(cluster);
  const start = performance.now();
  await Promise.all([operation.run(cluster, load), meanwhile?.()]);
  const seconds = (performance.now() - start) / 1000;
  const outcome = { name: operation.name, seconds, podsGone: await podsGone(), report: await load.stop() };
  tell(outcome, operation.leastPods);
  return outcome;
}

/** Prints an outcome: its line, each query that failed, and of each client's polls without an answer the first. */
function tell({ name, seconds, report, podsGone }: Outcome, leastPods: number): void {
  const firstOf = (troubles: readonly QueryTrouble[]): readonly QueryTrouble[] =>
    troubles.filter(({ id }, index) => troubles.findIndex((other) => other.id === id) === index);
  const troubles = [
    ...report.failed.map((query) => ["failed", query] as const),
    ...firstOf(report.interrupted).map((query) => ["repeated", query] as const),
  ];
  const lines = [
    `${name}: ${seconds.toFixed(0)} s, ${summaryOf(report)}, ${podsGone} pods restarted (at least ${leastPods})`,
    ...troubles.map(([what, { client, id, error, at }]) => `  ${what} ${new Date(at).toISOString()} ${client} ${id} ${error}`),
    ...report.refusals.map((error) => `  refused ${error}`),
  ];
  process.stderr.write(`${lines.join("\n")}\n`);
}
