import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, it } from "vitest";
import { LONG } from "../../long.ts";
import { isLocalCluster } from "../harness/target.ts";
import { awaitOperator, freshOperator, killOperator } from "./kill-operator.ts";
import { restoreLoadedCluster, useLoadedCluster } from "./loaded-cluster.ts";
import type { Operation } from "./operation.ts";
import { EVICTION, SCALE_IN, SCALE_IN_REVERSED, SCALE_OUT, workerConfiguration } from "./operations.ts";
import { expectPromise } from "./promises.ts";
import { momentOf, seedOf } from "./seed.ts";

/** How long each takes at least: the kill falls into it. */
const OPERATIONS: readonly { readonly operation: Operation; readonly seconds: number }[] = [
  { operation: SCALE_IN, seconds: 90 },
  { operation: SCALE_OUT, seconds: 30 },
  { operation: SCALE_IN_REVERSED, seconds: 60 },
  { operation: workerConfiguration(2), seconds: 150 },
  { operation: EVICTION, seconds: 60 },
];

const ROUNDS = 3;
const seed = seedOf(process.env["TEST_SEED"]);

const cases = Array.from({ length: ROUNDS }, (_, round) => round).flatMap((round) =>
  OPERATIONS.map(({ operation, seconds }) => ({
    operation,
    name: operation.name,
    ms: momentOf(seed, `${operation.name} ${round}`) * seconds * 1000,
  })),
);

describe.skipIf(!isLocalCluster() || !LONG)(`the operator killed in mid-operation (TEST_SEED=${seed})`, () => {
  const cluster = useLoadedCluster();

  beforeEach(freshOperator);

  it.each(cases)("fails no query: $name, $ms ms after its beginning", async ({ operation, ms }) => {
    await restoreLoadedCluster(cluster, operation.workers);
    await expectPromise(cluster, operation, async () => {
      await sleep(ms); // the moment is what is tested
      await killOperator();
      await awaitOperator();
    });
  });
});
