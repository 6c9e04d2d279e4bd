import { describe, expect, it } from "vitest";
import { LONG } from "../../long.ts";
import { isLocalCluster } from "../harness/target.ts";
import { useLoadedCluster } from "./loaded-cluster.ts";
import { measure } from "./measure.ts";
import { COORDINATOR_IMMEDIATE } from "./operations.ts";

describe.skipIf(!isLocalCluster() || !LONG)("a change of the coordinator's configuration under Immediate", () => {
  const cluster = useLoadedCluster(COORDINATOR_IMMEDIATE.workers);

  it("restarts it in spite of the queries, tells how many failed, and serves again", async () => {
    const { report, podsGone } = await measure(cluster, COORDINATOR_IMMEDIATE);
    expect(podsGone).toBe(1);
    expect(report.outageSeconds).toBeGreaterThan(0);
    expect(report.outageSeconds).toBeLessThan(180);
    // A client has at most one query when the coordinator goes; none that the new one accepted may fail.
    expect(report.failed.length).toBeLessThanOrEqual(4);
    expect(report.succeeded).toBeGreaterThan(0);
  });
});
