import { describe, expect, it } from "vitest";
import { recordRequests, summaryOf } from "./harness/audit-log.ts";
import { awaitRemovals } from "./harness/namespace.ts";
import { sayWhereNoAuditLogIs } from "./harness/needs-audit-log.ts";
import { forceResync } from "./harness/resync.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { isLocalCluster } from "./harness/target.ts";
import { podUids } from "./harness/trino-cluster.ts";

const RESYNCS = 50;

sayWhereNoAuditLogIs();

describe.skipIf(!isLocalCluster())("a cluster that is as it should be", () => {
  const cluster = useSteadyCluster();

  it(`costs the API server no read and no write in ${RESYNCS} reconciles`, async () => {
    await awaitRemovals(); // reconciles of other clusters would be counted as well
    const pods = await podUids(cluster);
    await forceResync(cluster, 1, "trino.trino-operator.io/refresh"); // all Secrets are fresh now, so the next reading is ten minutes away
    const requestsSince = await recordRequests({ namespace: cluster.namespace });
    const reconciles = await forceResync(cluster, RESYNCS, "example.com/touched");
    const { reads, writes } = await requestsSince();
    expect(reconciles).toBeGreaterThanOrEqual(RESYNCS);
    expect(`writes: ${summaryOf(writes)}; reads: ${summaryOf(reads)}`).toBe("writes: none; reads: none");
    expect(await podUids(cluster)).toEqual(pods);
  });

  it("is counted rightly: an edit shows as a write", async () => {
    const requestsSince = await recordRequests({ user: "" });
    await forceResync(cluster, 1, "example.com/touched");
    expect((await requestsSince()).writes.map(({ verb, resource }) => `${verb} ${resource}`)).toContain("patch trinoclusters");
  });
});
