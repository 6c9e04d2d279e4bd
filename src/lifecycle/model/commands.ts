/** Random settings and commands for fast-check. */
import fc from "fast-check";
import type { Command } from "./simulate.ts";
import { CONTENTS, NODES, type Settings, VERSIONS, type Wanted } from "./world.ts";

const seconds = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const content = fc.integer({ min: 0, max: CONTENTS.length - 1 });
const change: fc.Arbitrary<Partial<Wanted>> = fc.oneof(
  content.map((coordinator) => ({ coordinator })),
  content.map((workers) => ({ workers })),
  fc.record({ coordinator: content, workers: content }),
  fc.constantFrom(...VERSIONS).map((version) => ({ version })),
  fc.constant({ coordinator: 0, workers: 0, version: 476 }),
  fc.integer({ min: 0, max: 4 }).map((replicas) => ({ replicas })),
  fc.boolean().map((suspend) => ({ suspend })),
);

/** Anything that can happen, time most of all. */
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 10, arbitrary: seconds(40).map((passed) => ({ kind: "pass" as const, seconds: passed })) },
  { weight: 6, arbitrary: change.map((edited) => ({ kind: "edit" as const, change: edited })) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("queries" as const),
      count: fc.integer({ min: 1, max: 3 }),
      // Some take longer than drainTimeout, and than it and a worker's grace period.
      seconds: fc.oneof({ weight: 5, arbitrary: seconds(60) }, { weight: 1, arbitrary: seconds(200) }),
    }),
  },
  { weight: 1, arbitrary: seconds(60).map((silent) => ({ kind: "silent" as const, seconds: silent })) },
  {
    weight: 1,
    arbitrary: fc
      .record({ pods: fc.integer({ min: 0, max: 5 }), deployments: fc.integer({ min: 0, max: 5 }) })
      .map((lag) => ({ kind: "lag" as const, lag })),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 6 }).map((writes) => ({ kind: "kill" as const, writes })) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }).map((order) => ({ kind: "order" as const, order })) },
  { weight: 1, arbitrary: fc.constant({ kind: "reconcile" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("loseNode" as const),
      node: fc.integer({ min: 0, max: NODES.length - 1 }),
      seconds: seconds(150),
    }),
  },
  { weight: 1, arbitrary: seconds(150).map((hung) => ({ kind: "hang" as const, seconds: hung })) },
  { weight: 1, arbitrary: seconds(60).map((full) => ({ kind: "full" as const, seconds: full })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("coordinator" as const, "worker" as const).map((component) => ({ kind: "crash" as const, component })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "evict" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "images" as const }) },
);

/** Settings that a person could choose. */
export const anySettings: fc.Arbitrary<Settings> = fc
  .record({
    updatePolicy: fc.oneof(
      { weight: 4, arbitrary: fc.constant({ kind: "WhenIdle" as const, deadlineSeconds: undefined }) },
      { weight: 1, arbitrary: fc.constant({ kind: "WhenIdle" as const, deadlineSeconds: 60 }) },
      { weight: 1, arbitrary: fc.constant({ kind: "Immediate" as const }) },
    ),
    preflight: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    minAvailable: fc.integer({ min: 1, max: 2 }),
    maxSurge: fc.integer({ min: 1, max: 2 }),
    maxUnavailable: fc.integer({ min: 0, max: 1 }),
  })
  .chain((settings) => fc.constantFrom(settings, { ...settings, maxSurge: 0, maxUnavailable: 1 }));
