/** Each operation of `make test` under a load of real clients. They stand in an order in which each finds the workers that it begins with. */
import { describe, expect, it } from "vitest";
import { LONG } from "../../long.ts";
import { isLocalCluster } from "../harness/target.ts";
import { COORDINATOR_IMMEDIATE, COORDINATOR_WHEN_IDLE } from "./coordinator-operations.ts";
import { restoreLoadedCluster, useLoadedCluster } from "./loaded-cluster.ts";
import { measure } from "./measure.ts";
import { EVICTION, SCALE_IN, SCALE_IN_REVERSED, SCALE_OUT, WORKERS_KILLED, workerConfiguration } from "./operations.ts";
import { expectPromise } from "./promises.ts";

// The Services of another cluster cannot be reached from here, and a forwarded port would hide what clients see.
describe.skipIf(!isLocalCluster())("under a load of real clients", () => {
  const cluster = useLoadedCluster();

  it.each([SCALE_IN_REVERSED, EVICTION, SCALE_IN])("fails no query and refuses no client: $name", async (operation) => {
    await restoreLoadedCluster(cluster, operation.workers);
    await expectPromise(cluster, operation);
  });

  it(`waits for queries, then restarts the coordinator in the first gap, so that none fails: ${COORDINATOR_WHEN_IDLE.name}`, async () => {
    await restoreLoadedCluster(cluster, COORDINATOR_WHEN_IDLE.workers);
    await expectPromise(cluster, COORDINATOR_WHEN_IDLE);
  });

  it.skipIf(!LONG)(`fails only queries that the old coordinator had: ${COORDINATOR_IMMEDIATE.name}`, async () => {
    await restoreLoadedCluster(cluster, COORDINATOR_IMMEDIATE.workers);
    await expectPromise(cluster, COORDINATOR_IMMEDIATE);
  });

  it.each([workerConfiguration(1), SCALE_OUT])("fails no query and refuses no client: $name", async (operation) => {
    await restoreLoadedCluster(cluster, operation.workers);
    await expectPromise(cluster, operation);
  });

  it.skipIf(!LONG)("fails no query and refuses no client when several workers change one by one", async () => {
    await restoreLoadedCluster(cluster, 2);
    await expectPromise(cluster, workerConfiguration(2));
  });

  it("is one that fails queries when workers are killed instead of drained", async () => {
    await restoreLoadedCluster(cluster, WORKERS_KILLED.workers);
    const { report } = await measure(cluster, WORKERS_KILLED);
    expect(report.failed).not.toEqual([]);
    expect(report.succeeded).toBeGreaterThan(0);
  });
});
