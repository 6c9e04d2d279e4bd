/** What is done to the coordinator while a cluster serves, each operation as a person would ask for it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Load } from "../harness/load/load.ts";
import { type ClusterName, clusterOf, waitForCondition } from "../harness/trino-cluster.ts";
import { waitFor } from "../harness/wait-for.ts";
import { CHANGED, changedValues, coordinatorUid, settled } from "./loaded-cluster.ts";
import type { Operation } from "./operation.ts";
import { change } from "./operations.ts";

const GAP_MS = 15_000;

/** A property of the coordinator, which waits while queries run and restarts in the first gap, of 15 s. */
export const COORDINATOR_WHEN_IDLE: Operation = {
  name: "coordinator configuration, WhenIdle",
  workers: 1,
  leastPods: 1,
  promise: "no query fails",
  load: { longMs: 30_000 },
  run: async (cluster, load) => {
    const uid = await coordinatorUid(cluster);
    await changeCoordinator(cluster, { type: "WhenIdle" });
    await waitForCondition(cluster, { type: "Progressing", status: "True", reason: "QueriesRunning" });
    await aLongQueryAfterNow(load);
    if ((await coordinatorUid(cluster)) !== uid) throw new Error("the coordinator restarted while queries ran");
    await load.pause();
    await sleep(GAP_MS); // the gap is what is tested
    const old = await coordinatorUid(cluster);
    load.resume();
    if (old === uid) throw new Error(`the coordinator did not restart in a gap of ${GAP_MS} ms`);
    await settled(cluster, 1);
    await aQueryAfterNow(load);
  },
};

/** A property of the coordinator, whose restart is not put off. */
export const COORDINATOR_IMMEDIATE: Operation = {
  name: "coordinator configuration, Immediate",
  workers: 1,
  leastPods: 1,
  promise: "queries of the coordinator",
  run: async (cluster, load) => {
    const before = await coordinatorUid(cluster);
    await changeCoordinator(cluster, { type: "Immediate" });
    await coordinatorReplaced(cluster, before);
    await settled(cluster, 1);
    await aQueryAfterNow(load);
  },
};

/** Another version of Trino: no worker can serve a coordinator of another version, so all pods must go. */
export const UPGRADE: Operation = {
  name: "upgrade 476→483, Immediate",
  workers: 2,
  leastPods: 3,
  promise: "queries of the coordinator",
  run: async (cluster, load) => {
    const before = await coordinatorUid(cluster);
    await change(cluster, { version: 483, coordinator: { updatePolicy: { type: "Immediate" } } });
    await coordinatorReplaced(cluster, before);
    await settled(cluster, 2);
    await aQueryAfterNow(load);
  },
};

/** Gives the coordinator another value of a property. */
async function changeCoordinator(cluster: ClusterName, updatePolicy: object): Promise<void> {
  const value = changedValues(await clusterOf(cluster)).coordinator === "60m" ? "61m" : "60m";
  await change(cluster, { coordinator: { updatePolicy, config: { "config.properties": { [CHANGED.coordinator]: value } } } });
}

async function coordinatorReplaced(cluster: ClusterName, before: string | undefined): Promise<void> {
  await waitFor(
    "a new coordinator",
    async () => {
      const uid = await coordinatorUid(cluster);
      if (uid === undefined || uid === before) throw new Error("there is only the old one, or none");
    },
    { namespace: cluster.namespace },
  );
}

/** Waits for the third end of a long query from now: of two clients one has then had a second, which began after now. */
async function aLongQueryAfterNow(load: Load): Promise<void> {
  const before = load.report().longSucceeded;
  await waitFor("long queries that began after the change to have ended", async () => {
    const ended = load.report().longSucceeded - before;
    if (ended < 3) throw new Error(`${ended} ended`);
  });
}

async function aQueryAfterNow(load: Load): Promise<void> {
  const before = load.report().succeeded;
  await waitFor("queries of the new coordinator", async () => {
    if (load.report().succeeded === before) throw new Error("none has succeeded");
  });
}
