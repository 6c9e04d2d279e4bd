/** What operations cost clients that ask all the time: seconds, failed queries, refusals, and pods that need not have gone. */

import { LOADED, restoreLoadedCluster } from "../test/e2e/lifecycle/loaded-cluster.ts";
import { measure } from "../test/e2e/lifecycle/measure.ts";
import {
  COORDINATOR_IMMEDIATE,
  EVICTION,
  type Operation,
  SCALE_IN,
  SCALE_IN_REVERSED,
  SCALE_OUT,
  WORKER_CONFIGURATION,
} from "../test/e2e/lifecycle/operations.ts";
import type { Measurement } from "./table.ts";

/** In an order in which each begins with the workers that the one before it left, where that is possible. */
const OPERATIONS: readonly Operation[] = [SCALE_IN_REVERSED, SCALE_IN, SCALE_OUT, WORKER_CONFIGURATION, EVICTION, COORDINATOR_IMMEDIATE];

/** Does each operation once, under load. */
export async function lifecycleCosts(): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const operation of OPERATIONS) {
    await restoreLoadedCluster(operation.workers);
    measurements.push(...(await costOf(operation)));
  }
  return measurements;
}

/** Seconds are only told: most of them pass in waiting for the queries that run. */
async function costOf(operation: Operation): Promise<readonly Measurement[]> {
  const { name, seconds, report, podsGone } = await measure(LOADED, operation);
  const promised = operation.promise === "no query fails" ? { target: 0 } : {};
  return [
    { what: name, value: seconds, unit: "s", note: `${report.succeeded} queries ok, ${report.longSucceeded} of them long` },
    { what: "  queries failed", value: report.failed.length, unit: "", ...promised },
    { what: "  clients refused", value: report.outageSeconds, unit: "s", ...promised },
    { what: "  pods restarted", value: podsGone, unit: "", target: operation.leastPods, note: "the target is the least possible" },
  ];
}
