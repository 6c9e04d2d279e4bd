/** What each further cluster costs the operator's own process, on a control plane of the test's own: requests and live memory, no times. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNamespaces, numbersBelow } from "../../bench/scale/clusters.ts";
import { type Creation, measureCreation } from "../../bench/scale/creation.ts";
import { type HeapSnapshots, openHeapSnapshots } from "../../bench/scale/live-heap.ts";
import { bundleOperator, type OperatorProgram, startOperator } from "../../bench/scale/operator-process.ts";
import { type ScalePlane, startScalePlane } from "../../bench/scale/plane.ts";
import { measureRestart, measureResync } from "../../bench/scale/steady.ts";
import { childrenTemplate } from "../../bench/scale/yardstick.ts";
import { LONG } from "../long.ts";

/** The first ones warm the operator; what the others cost is measured. */
const [WARM, CLUSTERS] = LONG ? [100, 1000] : [10, 50];

/** Beyond one for each child: finalizer, status, and an event. */
const WRITES_BESIDE_CHILDREN = 4;

/** Whether its internal secret is there, and the live cluster before its first workers start. */
const READS = 2;

/** Measured: 23 kB, and 34 where nothing is shared. */
const MOST_LIVE_BYTES = 28_000;

let plane: ScalePlane;
let snapshots: HeapSnapshots;
let operator: OperatorProgram;
let warm: number;
let creation: Creation;

beforeAll(async () => {
  await bundleOperator();
  plane = await startScalePlane();
  snapshots = await openHeapSnapshots();
  operator = await startOperator(plane, snapshots.flags);
  await createNamespaces(plane.client, CLUSTERS);
  const [children, all] = [childrenTemplate().length, numbersBelow(CLUSTERS)];
  await measureCreation(plane, all.slice(0, WARM), children);
  warm = await snapshots.live(operator.process);
  creation = await measureCreation(plane, all.slice(WARM), children);
});

afterAll(async () => {
  await operator?.stop();
  await snapshots?.remove();
  await plane?.stop();
});

describe(`${CLUSTERS} clusters`, () => {
  test("cost a write for each child, and few beside", () => {
    expect(creation.children).toBe(childrenTemplate().length);
    expect(creation.writes).toBeLessThanOrEqual(creation.children + WRITES_BESIDE_CHILDREN);
    expect(creation.reads).toBeLessThanOrEqual(READS);
  });

  test("cost little memory each", async () => {
    const bytes = ((await snapshots.live(operator.process)) - warm) / (CLUSTERS - WARM);
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(MOST_LIVE_BYTES);
  });

  test("are reconciled without a request when nothing has changed", async () => {
    expect(await measureResync(plane, operator, CLUSTERS)).toMatchObject({ writes: 0, reads: 0, details: "none" });
  });

  test("are written no more after a restart, and of each the internal secret alone is read", async () => {
    const { operator: next, ...cost } = await measureRestart(plane, operator, CLUSTERS);
    operator = next;
    expect(cost).toMatchObject({ writes: 0, details: `${CLUSTERS} get secrets` });
  });
});
