/** What a field does that is in no object: the operator itself acts otherwise. Each situation is one in which such a field decides. */

import type { TrinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import { statementsOf } from "../../src/controllers/trino-cluster/conditions.ts";
import { observation, pod, revision, TARGET, workers, workload } from "../../src/lifecycle/fixtures.ts";
import type { Observation } from "../../src/lifecycle/observation.ts";
import { plan } from "../../src/lifecycle/plan.ts";
import type { Cluster } from "../../src/trino/cluster.ts";

/** Fields that act where no pure function can be asked, with the proof of each. */
export const PROVEN_ELSEWHERE: Readonly<Record<string, string>> = {
  "spec.hiveMetastore.retentionPolicy":
    "read when the cluster is deleted: src/controllers/trino-cluster/finalize.test.ts, test/e2e/metastore.test.ts",
};

const OLD = "w-old";
const OLD_COORDINATOR = pod("coordinator", "orders-coordinator-a-0", { revision: "c-old" });

/** Workers of an old revision serve, and the new revision has passed its preflight. */
const oldWorkers = (count: number): Observation =>
  observation({
    workers: [workload(OLD, count), workload(TARGET.workers, 0)],
    pods: [pod("coordinator", "orders-coordinator-a-0"), ...workers(count, { revision: OLD })],
    trino: { kind: "answered", version: "476", starting: false, registered: count, queries: 0 },
  });

/** The coordinator is of an old revision since some time, and has a query. It is noon. */
const busyCoordinator = (targetSince: string): Observation =>
  observation({
    coordinator: workload("c-old", 1),
    pods: [OLD_COORDINATOR, ...workers(3)],
    trino: { kind: "answered", version: "476", starting: false, registered: 3, queries: 1 },
    targetSince,
  });

/** A new revision that nobody has tried. */
const untried: Observation = observation({
  coordinator: workload("c-old", 1),
  pods: [OLD_COORDINATOR, ...workers(3)],
  revisions: [revision("coordinator", TARGET.coordinator, { preflight: undefined }), revision("worker", TARGET.workers)],
});

const SITUATIONS: readonly Observation[] = [
  observation(),
  observation({ coordinator: undefined, workers: [], pods: [], trino: { kind: "unasked" } }),
  oldWorkers(2),
  oldWorkers(3),
  oldWorkers(5),
  ...["12:00:00", "11:59:30", "11:50:00", "10:30:00"].map((time) => busyCoordinator(`2026-01-01T${time}Z`)),
  untried,
];

/** What the operator would do and say in each situation. */
export function behaviourOf(object: TrinoCluster, cluster: Cluster): readonly unknown[] {
  const counted = [0, 1, 2, 3, 4].map((registered) =>
    observation({ trino: { kind: "answered", version: "476", starting: false, registered, queries: 0 } }),
  );
  const next = SITUATIONS.map((situation) => plan({ cluster, target: TARGET, observation: situation }));
  const available = counted.map((situation) => {
    const outcome = {
      kind: "planned",
      cluster,
      observation: situation,
      plan: plan({ cluster, target: TARGET, observation: situation }),
    } as const;
    return statementsOf({ ...object, metadata: { ...object.metadata, generation: 1 } }, outcome)[0];
  });
  return [next, available, cluster.warnings];
}
