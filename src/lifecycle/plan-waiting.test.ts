/** What a plan says that it waits for, in the words that a person reads. */
import { describe, expect, it } from "vitest";
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import { cluster, NOON, observation, pod, revision, TARGET, workers, workload } from "./fixtures.ts";
import type { Observation } from "./observation.ts";
import { plan } from "./plan.ts";

const OLD = { revision: "w-old" };
const registered = (count: number, queries = 0) =>
  ({ kind: "answered", version: "476", starting: false, registered: count, queries }) as const;
const coordinator = (more: object = {}) => pod("coordinator", "orders-coordinator-a-0", more);
const SERVED = { since: "2026-01-01T09:00:00Z", result: "Served", reason: "" } as const;
/** A pair that served, and the one that is wanted: coordinator and workers of it may be the same. */
const remembered = (coordinatorHash: string, workersHash: string) => [
  revision("coordinator", coordinatorHash, { attempt: { ...SERVED, workers: workersHash } }),
  ...["c-new"].filter((hash) => hash !== coordinatorHash).map((hash) => revision("coordinator", hash)),
  revision("worker", "w-old"),
  revision("worker", "w-new"),
];
const oldCoordinator = (more: object = {}): Partial<Observation> => ({
  coordinator: workload("c-old", 1),
  pods: [coordinator({ revision: "c-old", ...more }), ...workers(3)],
  revisions: remembered("c-old", "w-new"),
});
const oldWorkers = (more: Partial<Observation> = {}): Partial<Observation> => ({
  workers: [workload("w-old", 3)],
  pods: [coordinator(), ...workers(3, OLD)],
  revisions: remembered("c-new", "w-old"),
  ...more,
});
const STUCK: TrinoCluster["spec"]["workers"] = { replicas: 3, minAvailable: 3, rollout: { maxSurge: 0, maxUnavailable: 1 } };

interface Row {
  readonly name: string;
  readonly spec?: Partial<TrinoCluster["spec"]>;
  readonly seen: Partial<Observation>;
  /** `reason: message`, in their order. */
  readonly expected: readonly string[];
}

const ROWS: readonly Row[] = [
  { name: "nothing in a settled cluster", seen: {}, expected: [] },
  {
    name: "the coordinator of a new cluster, and its workers",
    seen: { coordinator: undefined, workers: [], pods: [], trino: { kind: "absent" } as never },
    expected: ["CoordinatorStarting: the coordinator is starting", "WorkersStarting: 0 of 3 workers are ready"],
  },
  {
    name: "a coordinator that is not ready",
    seen: { pods: [coordinator({ ready: false }), ...workers(3)] },
    expected: ["CoordinatorStarting: the coordinator is starting"],
  },
  {
    name: "a coordinator that is still starting by its own word",
    seen: { trino: { ...registered(3), starting: true } },
    expected: ["CoordinatorSilent: the coordinator is ready but does not answer the operator"],
  },
  {
    name: "a coordinator that does not answer, and why",
    seen: { trino: { kind: "silent", reason: "connection refused" } },
    expected: ["CoordinatorSilent: the coordinator is ready but does not answer the operator: connection refused"],
  },
  {
    name: "queries, before the coordinator restarts",
    seen: { ...oldCoordinator(), trino: registered(3, 2) },
    expected: ["QueriesRunning: the coordinator stops when no query runs; there are 2 now"],
  },
  {
    name: "the last look at a coordinator that is withdrawn",
    seen: oldCoordinator({ withdrawnSince: "2026-01-01T11:59:58Z" }),
    expected: ["CoordinatorWithdrawn: no client is sent to the coordinator while it is looked at for the last time"],
  },
  {
    name: "the restart itself, for which revision",
    seen: oldCoordinator({ withdrawnSince: "2026-01-01T11:59:55Z" }),
    expected: ["CoordinatorRestarting: the coordinator restarts for revision c-new"],
  },
  {
    name: "a coordinator that stops, where the cluster is suspended",
    spec: { suspend: true },
    seen: { workers: [workload("w-new", 0)], pods: [coordinator({ withdrawnSince: "2026-01-01T11:59:55Z" })], trino: registered(0) },
    expected: ["CoordinatorStopping: the coordinator is stopping"],
  },
  {
    name: "the workers first, then the coordinator, where both are new",
    seen: {
      ...oldCoordinator(),
      ...oldWorkers({ pods: [coordinator({ revision: "c-old" }), ...workers(3, OLD)], revisions: remembered("c-old", "w-old") }),
    },
    expected: [
      "WaitingForWorkers: the coordinator restarts when its workers are on the new revision",
      "WorkersRollingOut: workers are moving to revision w-new",
    ],
  },
  { name: "workers of an old revision", seen: oldWorkers(), expected: ["WorkersRollingOut: workers are moving to revision w-new"] },
  {
    name: "workers that are not ready",
    seen: { pods: [coordinator(), ...workers(2), pod("worker", "w-new-2", { ready: false })], trino: registered(2) },
    expected: ["WorkersStarting: 2 of 3 workers are ready"],
  },
  {
    name: "workers that the coordinator does not count",
    seen: { trino: registered(2) },
    expected: ["WorkersRegistering: 2 of 3 workers are registered with the coordinator"],
  },
  {
    name: "workers of which there are too many",
    spec: { workers: { replicas: 2 } },
    seen: {},
    expected: ["WorkersDraining: workers go until there are 2"],
  },
  {
    name: "workers that drain, by name",
    seen: {
      pods: [coordinator(), ...workers(3), pod("worker", "leaver", { deleting: true, deletingSince: "2026-01-01T11:59:00Z" })],
    },
    expected: ["WorkersDraining: draining: leaver"],
  },
  {
    name: "a person, where no worker can be replaced",
    spec: { workers: STUCK },
    seen: oldWorkers(),
    expected: [
      "RolloutBlocked: no worker can be replaced: workers.rollout.maxSurge 0 adds none, and workers.minAvailable 3 of 3 replicas lets none go; set workers.rollout.maxSurge to 1, or workers.minAvailable below workers.replicas",
      "WorkersRollingOut: workers are moving to revision w-new",
    ],
  },
  {
    name: "nobody, where one may be added",
    spec: { workers: { ...STUCK, rollout: { maxSurge: 1, maxUnavailable: 0 } } },
    seen: oldWorkers(),
    expected: ["WorkersRollingOut: workers are moving to revision w-new"],
  },
  {
    name: "nobody, where one may go",
    spec: { workers: { ...STUCK, minAvailable: 2 } },
    seen: oldWorkers(),
    expected: ["WorkersRollingOut: workers are moving to revision w-new"],
  },
  {
    name: "nobody, where there are more than are wanted",
    spec: { workers: STUCK },
    seen: oldWorkers({
      workers: [workload("w-old", 4)],
      pods: [coordinator(), ...workers(4, OLD)],
      trino: registered(4),
    }),
    expected: ["WorkersRollingOut: workers are moving to revision w-new"],
  },
];

describe("a plan waits for", () => {
  it.each(ROWS)("$name", ({ spec = {}, seen, expected }) => {
    const { waiting } = plan({ cluster: cluster(spec), target: TARGET, observation: observation({ at: NOON, ...seen }) } as never);
    expect(waiting.map(({ reason, message }) => `${reason}: ${message}`)).toEqual(expected);
  });
});
