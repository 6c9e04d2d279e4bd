/** What operations cost clients that ask all the time: seconds, failed queries, refusals, and pods that need not have gone. */

import { ensureTrinoImage } from "../local-cluster/load-images.ts";
import { apply } from "../test/e2e/harness/kubectl.ts";
import { namespaceManifest, removeNamespace } from "../test/e2e/harness/namespace.ts";
import type { ClusterName } from "../test/e2e/harness/trino-cluster.ts";
import { COORDINATOR_IMMEDIATE, COORDINATOR_WHEN_IDLE, UPGRADE } from "../test/e2e/lifecycle/coordinator-operations.ts";
import { restoreLoadedCluster } from "../test/e2e/lifecycle/loaded-cluster.ts";
import { measure } from "../test/e2e/lifecycle/measure.ts";
import type { Operation } from "../test/e2e/lifecycle/operation.ts";
import { EVICTION, SCALE_IN, SCALE_IN_REVERSED, SCALE_OUT, workerConfiguration } from "../test/e2e/lifecycle/operations.ts";
import type { Measurement } from "./table.ts";

const CLUSTER: ClusterName = { namespace: "e2e-bench-lifecycle", name: "loaded" };

/** In an order in which each begins with the workers that the one before it left, where that is possible. */
const OPERATIONS: readonly Operation[] = [
  SCALE_IN_REVERSED,
  EVICTION,
  SCALE_IN,
  COORDINATOR_WHEN_IDLE,
  COORDINATOR_IMMEDIATE,
  SCALE_OUT,
  workerConfiguration(2),
  UPGRADE,
];

/** Does each operation once, under load. */
export async function lifecycleCosts(): Promise<readonly Measurement[]> {
  await ensureTrinoImage(483);
  await apply(namespaceManifest(CLUSTER.namespace, false));
  const measurements: Measurement[] = [];
  try {
    for (const operation of OPERATIONS) {
      await restoreLoadedCluster(CLUSTER, operation.workers);
      measurements.push(...(await costOf(operation)));
    }
  } finally {
    await removeNamespace(CLUSTER.namespace);
  }
  return measurements;
}

/** Seconds are only told: most of them pass in waiting for the queries that run. */
async function costOf(operation: Operation): Promise<readonly Measurement[]> {
  const { name, seconds, report, podsGone } = await measure(CLUSTER, operation);
  const { promise, leastPods } = operation;
  const none = (...promises: readonly Operation["promise"][]): object => (promises.includes(promise) ? { target: 0 } : {});
  return [
    { what: name, value: seconds, unit: "s", note: `${report.succeeded} queries ok, ${report.longSucceeded} of them long` },
    { what: "  queries failed", value: report.failed.length, unit: "", ...none("nothing is noticed", "no query fails") },
    { what: "  clients refused", value: report.outageSeconds, unit: "s", ...none("nothing is noticed") },
    { what: "  longest time without a result", value: report.gapSeconds, unit: "s" },
    { what: "  pods restarted", value: podsGone, unit: "", target: leastPods, note: "the target is the least possible" },
  ];
}
