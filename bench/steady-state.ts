/** What a cluster that is as it should be costs: requests of the operator while it reconciles, and its memory. */

import { recordRequests, summaryOf } from "../test/e2e/harness/audit-log.ts";
import { awaitRemovals } from "../test/e2e/harness/namespace.ts";
import { operatorMetrics, sumOf } from "../test/e2e/harness/operator.ts";
import { forceResync } from "../test/e2e/harness/resync.ts";
import { restoreSteadyCluster, STEADY } from "../test/e2e/harness/steady-cluster.ts";

/** Requests over forced reconciles, leases and watches left out. */
export interface ResyncCost {
  readonly reconciles: number;
  readonly reads: number;
  readonly writes: number;
  readonly details: string;
}

/** Counts what `times` forced reconciles ask of the API server. */
export async function resyncCost(times: number): Promise<ResyncCost> {
  await restoreSteadyCluster();
  await awaitRemovals();
  await forceResync(STEADY, 1, "trino.trino-operator.io/refresh"); // the next reading of Secrets is ten minutes away
  const requestsSince = await recordRequests({ namespace: STEADY.namespace });
  const reconciles = await forceResync(STEADY, times, "example.com/touched");
  const { reads, writes } = await requestsSince();
  return { reconciles, reads: reads.length, writes: writes.length, details: summaryOf([...reads, ...writes]) };
}

/** The operator's resident memory in MiB, as the process itself tells: all of it, the pages of its program included. */
export async function operatorMemory(): Promise<number> {
  const bytes = sumOf(await operatorMetrics(), "process_resident_memory_bytes");
  if (bytes === 0) throw new Error("the operator's /metrics has no process_resident_memory_bytes");
  return bytes / 1024 / 1024;
}
