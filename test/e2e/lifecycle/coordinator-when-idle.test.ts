import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { LONG } from "../../long.ts";
import { startLoad } from "../harness/load/load.ts";
import { awaitLongTasks } from "../harness/load/long-tasks.ts";
import { isLocalCluster } from "../harness/target.ts";
import { waitForCondition, waitReady } from "../harness/trino-cluster.ts";
import { waitFor } from "../harness/wait-for.ts";
import { watchGonePods } from "./gone-pods.ts";
import { coordinatorUid, serviceUrl, useLoadedCluster } from "./loaded-cluster.ts";
import { tell } from "./measure.ts";
import { changeCoordinator } from "./operations.ts";

const WORKERS = 1;
const GAP_MS = 15_000;

describe.skipIf(!isLocalCluster() || !LONG)("a change of the coordinator's configuration under WhenIdle", () => {
  const cluster = useLoadedCluster(WORKERS);

  it("waits while queries run, and restarts the coordinator in the first gap of 15 s, so that no query fails", async () => {
    const url = await serviceUrl(cluster);
    const uid = await coordinatorUid(cluster);
    await using load = startLoad(url, { longMs: 30_000 });
    await awaitLongTasks(url, { workers: WORKERS });
    const podsGone = await watchGonePods(cluster);
    const start = performance.now();
    await changeCoordinator(cluster);
    await waitForCondition(cluster, { type: "Progressing", status: "True", reason: "QueriesRunning" });
    const before = load.report().longSucceeded;
    await waitFor("long queries that began after the change to have ended", async () => {
      expect(load.report().longSucceeded).toBeGreaterThanOrEqual(before + 4);
      return undefined;
    });
    expect(await coordinatorUid(cluster), "the coordinator while the load runs").toBe(uid);

    await load.pause();
    const busy = (performance.now() - start) / 1000;
    const gap = performance.now();
    await sleep(GAP_MS); // the gap is what is tested
    const old = await coordinatorUid(cluster);
    load.resume();
    expect(old, `the coordinator after a gap of ${GAP_MS} ms`).not.toBe(uid);
    await waitReady(cluster);
    const after = load.report().succeeded;
    await waitFor("queries of the new coordinator", async () => expect(load.report().succeeded).toBeGreaterThan(after));
    const seconds = (performance.now() - gap) / 1000;
    const report = await load.stop();
    tell({ name: `coordinator configuration, WhenIdle (waited ${busy.toFixed(0)} s)`, seconds, report, podsGone: await podsGone() }, 1);
    expect(report.failed).toEqual([]);
  });
});
