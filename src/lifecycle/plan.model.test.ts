/**
 * The plan in a simulated cluster: any edits, queries and faults, the operator killed between any two of its writes.
 * What is promised stands in `model/monitor.ts` (what must never happen) and `model/settle.ts` (what must happen in the end).
 *
 * TEST_LONG=1 tries more, with a seed of its own; TEST_SEED and TEST_RUNS choose both. fast-check prints the shrunk commands.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LONG } from "../../test/long.ts";
import { seedFrom } from "../../test/seed.ts";
import { anyCommand, anySettings } from "./model/commands.ts";
import { type Command, run } from "./model/simulate.ts";
import type { Settings, Wanted } from "./model/world.ts";

const seed = seedFrom("TEST_SEED");
const numRuns = Number(process.env["TEST_RUNS"] ?? (LONG ? 50_000 : 1_000));

it(`keeps its promises whatever happens (seed ${seed}, ${numRuns} runs)`, { timeout: 3_600_000 }, () => {
  fc.assert(
    fc.property(anySettings, fc.boolean(), fc.array(anyCommand, { maxLength: 30 }), (settings, fromNothing, commands) => {
      expect(run(settings, commands, fromNothing)).toBeUndefined();
    }),
    // A busy machine tries fewer rather than longer.
    { seed, numRuns, ...(LONG ? {} : { interruptAfterTimeLimit: 8_000 }) },
  );
});

const DEFAULTS: Settings = {
  updatePolicy: { kind: "WhenIdle", deadlineSeconds: undefined },
  preflight: true,
  minAvailable: 1,
  maxSurge: 1,
  maxUnavailable: 0,
};
const EXITS = 2;
const KNOWS_NOBODY = 3;
const IMAGE_MISSING = 4;
const pass = (seconds: number): Command => ({ kind: "pass", seconds });
const edit = (change: Partial<Wanted>): Command => ({ kind: "edit", change });

interface Counterexample {
  readonly name: string;
  readonly settings?: Partial<Settings>;
  readonly fromNothing?: boolean;
  readonly commands: readonly Command[];
}

/** Each of these broke a promise once, or would without one line of the code, and is as short as it was shrunk. */
const COUNTEREXAMPLES: readonly Counterexample[] = [
  {
    name: "goes back from a coordinator that exits, and stays there",
    settings: { preflight: false },
    commands: [edit({ coordinator: EXITS })],
  },
  {
    name: "lets old workers go no faster than Kubernetes removes them",
    settings: { maxUnavailable: 1 },
    commands: [edit({ workers: 1 })],
  },
  {
    name: "does not forget the only pair that served when an edit is taken back and made again",
    settings: { preflight: false },
    commands: [edit({ version: 999 }), pass(14), edit({ version: 476 }), { kind: "reconcile" }, edit({ version: 999 })],
  },
  {
    name: "adds workers that have served while new ones do not come up",
    settings: { minAvailable: 2, maxUnavailable: 1 },
    commands: [edit({ replicas: 1 }), pass(6), edit({ workers: EXITS }), pass(11), edit({ replicas: 2 })],
  },
  {
    name: "judges a coordinator whose workers are edited while it is tried",
    commands: [edit({ coordinator: KNOWS_NOBODY }), pass(18), edit({ workers: 1 })],
  },
  {
    name: "tries workers that are edited alone, when they replace the last ones",
    settings: { maxSurge: 0, maxUnavailable: 1 },
    commands: [edit({ replicas: 1 }), edit({ workers: EXITS })],
  },
  {
    name: "keeps workers that serve, edit after edit",
    settings: { preflight: false, maxUnavailable: 1 },
    commands: [edit({ workers: EXITS }), pass(15), edit({ workers: KNOWS_NOBODY })],
  },
  {
    name: "does not take workers for good because the coordinator still counts the old ones",
    settings: { updatePolicy: { kind: "Immediate" }, maxSurge: 0, maxUnavailable: 1 },
    commands: [edit({ replicas: 1 }), edit({ workers: KNOWS_NOBODY }), pass(28), { kind: "crash", component: "worker" }],
  },
  {
    name: "takes a coordinator back that knows no worker, whatever else is edited",
    commands: [edit({ coordinator: KNOWS_NOBODY }), pass(26), edit({ coordinator: 0, workers: 1 })],
  },
  {
    name: "protects a new cluster that serves before anybody remembered that",
    fromNothing: true,
    commands: [pass(3), edit({ coordinator: EXITS }), { kind: "kill", writes: 0 }, pass(4)],
  },
  {
    name: "tries workers of which all may be unavailable",
    settings: { maxUnavailable: 1 },
    commands: [edit({ replicas: 1 }), edit({ workers: EXITS })],
  },
  {
    name: "changes workers one by one while those of another version drain",
    commands: [edit({ version: 483 }), pass(32), edit({ workers: 1 })],
  },
  {
    name: "waits for a pair that serves while old workers drain",
    settings: { preflight: false },
    commands: [edit({ coordinator: IMAGE_MISSING }), pass(11), edit({ workers: IMAGE_MISSING }), { kind: "images" }],
  },
  {
    name: "suspends a cluster with workers that the coordinator does not know",
    settings: { updatePolicy: { kind: "Immediate" }, preflight: false },
    commands: [edit({ workers: KNOWS_NOBODY }), pass(10), edit({ suspend: true, workers: 0 })],
  },
  {
    name: "goes on with a restart between whose writes the operator was killed",
    settings: { preflight: false },
    commands: [{ kind: "kill", writes: 5 }, edit({ version: 483 }), pass(11)],
  },
  {
    name: "gives an attempt its whole time after a suspension",
    commands: [edit({ coordinator: 1 }), pass(19), edit({ suspend: true }), pass(120), edit({ suspend: false })],
  },
  {
    name: "does not stay without a coordinator when a suspended cluster is resumed with one that exits",
    commands: [edit({ suspend: true }), pass(40), edit({ suspend: false, coordinator: EXITS })],
  },
  {
    name: "does not take workers for good that never ran, where there are none",
    commands: [edit({ replicas: 0, coordinator: 1, workers: EXITS }), pass(60), edit({ replicas: 3 })],
  },
  {
    name: "does not take a coordinator for good that knows no worker, when none is wanted for a moment",
    commands: [edit({ coordinator: KNOWS_NOBODY }), pass(26), edit({ replicas: 0 }), pass(1), edit({ replicas: 1 })],
  },
  {
    name: "protects a coordinator that serves while the cache is behind",
    fromNothing: true,
    commands: [{ kind: "lag", lag: { pods: 1, deployments: 0 } }, pass(7), edit({ version: 999 }), pass(1)],
  },
  {
    name: "protects a coordinator that may serve while it does not answer",
    settings: { updatePolicy: { kind: "WhenIdle", deadlineSeconds: 60 } },
    fromNothing: true,
    commands: [pass(7), edit({ coordinator: EXITS }), pass(28), edit({ version: 476 }), { kind: "silent", seconds: 34 }, pass(33)],
  },
  {
    name: "keeps the last worker when one that was to go was never told",
    settings: { maxSurge: 2, maxUnavailable: 1 },
    commands: [edit({ replicas: 2 }), { kind: "kill", writes: 1 }, edit({ workers: 1 }), pass(2)],
  },
  {
    name: "tries a coordinator again with other workers than those with which it failed",
    commands: [edit({ version: 483, workers: KNOWS_NOBODY }), pass(200), edit({ workers: 1 })],
  },
  {
    name: "brings the last workers back when new ones alone do not serve, and the old ones are gone",
    settings: { maxUnavailable: 1 },
    commands: [edit({ replicas: 1 }), pass(40), edit({ workers: KNOWS_NOBODY })],
  },
  {
    name: "replaces workers that the coordinator does not know, though they are ready",
    settings: { maxSurge: 0, maxUnavailable: 1 },
    commands: [edit({ suspend: true }), pass(60), edit({ suspend: false, workers: KNOWS_NOBODY }), pass(60), edit({ workers: 1 })],
  },
  {
    name: "starts the workers of before when a suspended cluster is resumed with new ones, and its coordinator still serves",
    commands: [edit({ suspend: true }), edit({ coordinator: EXITS, workers: EXITS }), pass(6), edit({ suspend: false })],
  },
  {
    name: "keeps old workers whose node was lost for a moment, while new ones do not start",
    settings: { updatePolicy: { kind: "Immediate" }, minAvailable: 2, maxSurge: 2, maxUnavailable: 1 },
    commands: [edit({ workers: EXITS }), pass(6), { kind: "loseNode", node: 0, seconds: 1 }],
  },
  {
    name: "keeps old workers whose node was lost for a moment, while the coordinator does not know new ones",
    settings: { updatePolicy: { kind: "Immediate" }, minAvailable: 2, maxSurge: 2, maxUnavailable: 1 },
    commands: [edit({ workers: KNOWS_NOBODY }), pass(7), { kind: "loseNode", node: 0, seconds: 1 }],
  },
  {
    name: "does not take the count of a worker that crashed for that of a new one",
    settings: { updatePolicy: { kind: "Immediate" }, preflight: false, minAvailable: 2, maxSurge: 0, maxUnavailable: 1 },
    commands: [edit({ workers: KNOWS_NOBODY }), pass(24), { kind: "crash", component: "worker" }],
  },
  {
    name: "leaves the old workers to an old coordinator that works on its last queries",
    commands: [edit({ version: 483 })],
  },
  {
    name: "ends a rollout though an old worker was evicted",
    commands: [{ kind: "evict" }, pass(5), edit({ workers: 1 })],
  },
  {
    name: "suspends a cluster of which a worker was evicted",
    commands: [{ kind: "evict" }, pass(5), edit({ suspend: true })],
  },
  {
    name: "waits for no marked worker that was evicted",
    commands: [edit({ replicas: 0 }), pass(1), { kind: "evict" }],
  },
  {
    name: "gives a worker its time to drain once",
    commands: [{ kind: "queries", count: 1, seconds: 200 }, pass(2), edit({ replicas: 2 }), pass(140)],
  },
  {
    name: "does not start a second coordinator while a kubelet hangs",
    commands: [edit({ coordinator: 1 }), pass(12), { kind: "hang", seconds: 150 }, pass(149)],
  },
  {
    name: "loses no query that is on its way when it looks for the last time",
    commands: [edit({ coordinator: 1 }), pass(12), { kind: "queries", count: 1, seconds: 9 }, pass(1)],
  },
  {
    name: "takes no query of a coordinator that comes up while it is suspended",
    commands: [{ kind: "crash", component: "coordinator" }, edit({ suspend: true }), pass(11), { kind: "queries", count: 1, seconds: 1 }],
  },
];

describe("the plan", () => {
  it.each(COUNTEREXAMPLES)("$name", ({ settings = {}, commands, fromNothing = false }) => {
    expect(run({ ...DEFAULTS, ...settings }, commands, fromNothing)).toBeUndefined();
  });
});
