import { describe, expect, it } from "vitest";
import { cluster, observation, pod, TARGET, workers, workload } from "../../lifecycle/fixtures.ts";
import type { Observation } from "../../lifecycle/observation.ts";
import { plan } from "../../lifecycle/plan.ts";
import { statementsOf } from "./conditions.ts";
import type { LiveTrinoCluster } from "./context.ts";
import type { Outcome } from "./outcome.ts";

const object = (spec: Partial<LiveTrinoCluster["spec"]> = {}): LiveTrinoCluster => ({
  apiVersion: "trino.trino-operator.io/v1alpha1",
  kind: "TrinoCluster",
  metadata: { name: "orders", namespace: "shop", uid: "7a1c", generation: 4 },
  spec: { version: 476, workers: { replicas: 3 }, ...spec },
});

function planned(more: Partial<Observation> = {}, spec: Partial<LiveTrinoCluster["spec"]> = {}): Outcome {
  const seen = observation(more);
  const valid = cluster(spec);
  return {
    kind: "planned",
    cluster: valid,
    observation: seen,
    plan: plan({ cluster: valid, target: TARGET, observation: seen }),
  };
}

const refused = { reason: "ConfigurationRefused", message: "property web-ui.bogus is not known" };
const said = (outcome: Outcome, spec: Partial<LiveTrinoCluster["spec"]> = {}): Record<string, string> =>
  Object.fromEntries(statementsOf(object(spec), outcome).map(({ type, status, reason }) => [type, `${status} ${reason}`]));

interface Row {
  readonly name: string;
  readonly more: Partial<Observation>;
  readonly spec?: Partial<LiveTrinoCluster["spec"]>;
  readonly expected: Readonly<Record<string, string>>;
}

describe("conditions", () => {
  it.each<Row>([
    {
      name: "of a settled cluster",
      more: {},
      expected: { Available: "True Serving", Progressing: "False UpToDate", Degraded: "False NoProblem", Ready: "True Ready" },
    },
    {
      name: "of a cluster whose rollout can never move",
      spec: { workers: { replicas: 3, minAvailable: 3, rollout: { maxSurge: 0, maxUnavailable: 1, preflight: false } } },
      more: { workers: [workload("w-old", 3)], pods: [pod("coordinator", "orders-coordinator-a-0"), ...workers(3, { revision: "w-old" })] },
      expected: {
        Available: "True Serving",
        Progressing: "True RolloutBlocked",
        Degraded: "True RolloutBlocked",
        Ready: "False RolloutBlocked",
      },
    },
    {
      name: "of a cluster whose rollout can move, because one may be missing",
      spec: { workers: { replicas: 3, minAvailable: 2, rollout: { maxSurge: 0, maxUnavailable: 1, preflight: false } } },
      more: { workers: [workload("w-old", 3)], pods: [pod("coordinator", "orders-coordinator-a-0"), ...workers(3, { revision: "w-old" })] },
      expected: {
        Available: "True Serving",
        Progressing: "True WorkersRollingOut",
        Degraded: "False NoProblem",
        Ready: "False WorkersRollingOut",
      },
    },
    {
      name: "of a cluster whose workers are ready but not registered",
      more: { trino: { kind: "answered", version: "476", starting: false, registered: 2, queries: 0 } as const },
      expected: { Available: "True Serving", Progressing: "True WorkersRegistering", Ready: "False WorkersRegistering" },
    },
    {
      name: "of a cluster with a worker that the coordinator does not get to know",
      more: {
        pods: [
          pod("coordinator", "c"),
          ...workers(2, { ip: "192.0.2.2" }),
          pod("worker", "w", { ip: "192.0.2.3", unregisteredSince: "2026-01-01T11:55:00Z" }),
        ],
        trino: { kind: "answered", version: "476", starting: false, registered: 2, queries: 0 } as const,
        addresses: new Set(["192.0.2.2"]),
      },
      expected: { Progressing: "True WorkerNotRegistered", Degraded: "True WorkerNotRegistered", Ready: "False WorkerNotRegistered" },
    },
    {
      name: "of a cluster with too few registered workers",
      more: { trino: { kind: "answered", version: "476", starting: false, registered: 0, queries: 0 } as const },
      expected: { Available: "False TooFewWorkers", Ready: "False WorkersRegistering" },
    },
    {
      name: "of a cluster whose coordinator cannot be reached",
      more: { trino: { kind: "silent", reason: "ECONNREFUSED" } as const },
      expected: { Available: "Unknown TrinoUnknown", Progressing: "True CoordinatorSilent", Ready: "False CoordinatorSilent" },
    },
    {
      name: "of a cluster with a worker that Trino refuses to start",
      more: { pods: [pod("coordinator", "c"), ...workers(3), pod("worker", "w-bad", { ready: false, problem: refused })] },
      expected: { Available: "True Serving", Degraded: "True ConfigurationRefused", Ready: "False ConfigurationRefused" },
    },
  ])("$name", ({ more, spec = {}, expected }) => {
    expect(said(planned(more, spec), spec)).toMatchObject(expected);
  });

  const evicted = pod("worker", "w-evicted", {
    ready: false,
    ended: true,
    problem: { reason: "Evicted", message: "pod w-evicted failed" },
  });

  it.each([
    { name: "tell an eviction while no other worker has taken its place", others: workers(2), expected: "True Evicted" },
    { name: "say nothing of it when another worker has", others: workers(3), expected: "False NoProblem" },
  ])("$name", ({ others, expected }) => {
    expect(said(planned({ pods: [pod("coordinator", "c"), evicted, ...others] }))["Degraded"]).toBe(expected);
  });

  it("say nothing of a pod that is going anyway", () => {
    const pods = [pod("coordinator", "c"), ...workers(3), pod("worker", "w-bad", { deleting: true, problem: refused })];
    expect(said(planned({ pods }))["Degraded"]).toBe("False NoProblem");
  });

  it("of an invalid spec name the field and the cure, and leave Available to what runs", () => {
    const violations = [{ field: "spec.workers.jvm.heap", problem: "is more than the memory limit.", cure: "Lower it.", waiting: false }];
    const outcome: Outcome = { kind: "invalid", violations, observation: observation() };
    expect(said(outcome)).toEqual({
      Available: "True Serving",
      Progressing: "False Stopped",
      Degraded: "True SpecInvalid",
      Ready: "False SpecInvalid",
    });
    expect(statementsOf(object(), outcome)[2]?.message).toBe(
      "spec.workers.jvm.heap: is more than the memory limit. Lower it. (what runs is left as it is)",
    );
  });

  it("tell a reference that is only missing from a spec that is wrong", () => {
    const violations = [{ field: "spec.catalogs.lake", problem: "Secret s is missing.", cure: "Create it.", waiting: true }];
    expect(said({ kind: "invalid", violations, observation: observation() })["Ready"]).toBe("False ReferenceNotFound");
  });

  it("of a cluster whose namespace is being deleted ask nobody to act, and leave Available to what runs", () => {
    expect(said({ kind: "terminating", observation: observation() })).toEqual({
      Available: "True Serving",
      Progressing: "False NamespaceTerminating",
      Degraded: "False NoProblem",
      Ready: "False NamespaceTerminating",
    });
  });

  it("of a cluster that waits for the end of its predecessor ask nobody to act", () => {
    expect(said({ kind: "waiting", message: "x", observation: observation() })).toMatchObject({
      Progressing: "True PredecessorLeft",
      Degraded: "False NoProblem",
      Ready: "False PredecessorLeft",
    });
  });

  it("of a suspended cluster say so", () => {
    const gone = { pods: [], workers: [], trino: { kind: "unasked" } as const };
    expect(said(planned(gone, { suspend: true }), { suspend: true })["Ready"]).toBe("False Suspended");
  });
});

it("degrades a cluster whose metastore is refused a change, and tells why", () => {
  const outcome = planned();
  if (outcome.kind !== "planned") throw new Error("it is planned");
  const problem = { reason: "MetastoreUpgradeRefused", message: "set spec.hiveMetastore.upgradeSchemaFrom" } as const;
  const metastore = {
    record: [],
    remove: [],
    stop: false,
    apply: [],
    retire: [],
    settled: false,
    problem,
    schemaVersion: "3.1.0",
    waiting: [problem],
  };
  const refusedChange: Outcome = { ...outcome, plan: { ...outcome.plan, metastore, waiting: [problem] } };
  expect(said(refusedChange)).toMatchObject({
    Available: "True Serving",
    Degraded: "True MetastoreUpgradeRefused",
    Ready: "False MetastoreUpgradeRefused",
  });
  expect(statementsOf(object(), refusedChange).find(({ type }) => type === "Degraded")?.message).toBe(problem.message);
});
