import { describe, expect, it } from "vitest";
import type { CoordinatorPlan } from "../../../lifecycle/plan-types.ts";
import { ApiError } from "../../../runtime/api-error.ts";
import type { DeleteOptions } from "../../../runtime/client.ts";
import { REVISION_LABEL } from "../../../trino/labels.ts";
import { confirmation } from "../confirm.ts";
import type { Context, LiveTrinoCluster } from "../context.ts";
import { executeCoordinator } from "./coordinator.ts";
import type { Execution } from "./execution.ts";

const seen = { name: "orders-coordinator-a-0", uid: "u1", resourceVersion: "7" };
const PLANS: readonly CoordinatorPlan[] = [
  { kind: "replace", pod: seen },
  { kind: "abandon", pod: seen, node: "n1" },
];

function clusterOf(generation: number): LiveTrinoCluster {
  return { metadata: { name: "orders", namespace: "shop", uid: "7a1c", generation } } as unknown as LiveTrinoCluster;
}

interface World {
  readonly pod: Pick<typeof seen, "uid" | "resourceVersion"> | undefined;
  /** What the StatefulSet runs already; undefined where there is none. */
  readonly told?: { readonly replicas: number; readonly revision: string };
  /** The generation of the cluster, of which the cache has the first. */
  readonly generation?: number;
}

/** One pod and its lost node on an API server that keeps to preconditions. */
async function executed(plan: CoordinatorPlan, { pod, told, generation = 1 }: World) {
  const done: string[] = [];
  const object = clusterOf(1);
  const refuse = (code: number): never => {
    throw new ApiError({}, { method: "DELETE", path: "/", code });
  };
  const ctx = {
    client: {
      get: async ({ kind }: { kind: string }) =>
        kind === "Node" ? { status: { conditions: [{ type: "Ready", status: "Unknown" }] } } : clusterOf(generation),
      delete: async (_type: object, _name: object, { uid, resourceVersion, gracePeriodSeconds }: DeleteOptions) => {
        if (!pod) return refuse(404);
        const meets = (uid ?? pod.uid) === pod.uid && (resourceVersion ?? pod.resourceVersion) === pod.resourceVersion;
        return void done.push(meets ? `deleted in ${gracePeriodSeconds ?? "its own"} s` : refuse(409));
      },
    },
    patch: async (_type: object, _name: object, { metadata }: { metadata: { uid: string } }) => {
      if (!pod) return refuse(404);
      return metadata.uid === pod.uid ? void done.push("patched") : refuse(422);
    },
    stores: { statefulSets: { get: () => told && statefulSet(told) } },
    apply: async () => void done.push("applied"),
    now: () => 0,
    recordEvent: (_object: object, { reason }: { reason: string }) => done.push(reason),
  } as unknown as Context;
  const resources = { coordinator: { statefulSet: () => ({}) } };
  const cluster = { namespace: "shop", name: "orders", generation: "a" };
  const confirm = confirmation(object, ctx);
  const execution = { object, cluster, resources, plan: { coordinator: plan }, confirm } as unknown as Execution;
  await executeCoordinator(execution, { coordinator: { hash: "new" }, workers: {} } as never, ctx).catch((error: unknown) => {
    done.push(error instanceof Error ? error.name : String(error));
  });
  return done;
}

function statefulSet({ replicas, revision }: NonNullable<World["told"]>) {
  return { spec: { replicas, template: { metadata: { labels: { [REVISION_LABEL]: revision } } } } };
}

describe("a coordinator of a plan that rests on an older spec", () => {
  const newer = { pod: seen, generation: 2 };
  it.each<{ name: string; plan: CoordinatorPlan; world: World; done: readonly string[] }>([
    { name: "is not withdrawn", plan: { kind: "withdraw", pod: seen }, world: newer, done: ["Outdated"] },
    { name: "is not replaced", plan: PLANS[0] as CoordinatorPlan, world: newer, done: ["Outdated"] },
    { name: "is not abandoned", plan: PLANS[1] as CoordinatorPlan, world: newer, done: ["Outdated"] },
    { name: "is not started", plan: { kind: "apply", replicas: 1 }, world: newer, done: ["Outdated"] },
    {
      name: "is not stopped",
      plan: { kind: "apply", replicas: 0 },
      world: { ...newer, told: { replicas: 1, revision: "new" } },
      done: ["Outdated"],
    },
    {
      name: "gets no template of that",
      plan: { kind: "apply", replicas: 1 },
      world: { ...newer, told: { replicas: 1, revision: "old" } },
      done: ["Outdated"],
    },
    {
      name: "is left as it is told already, which needs no look at the cluster",
      plan: { kind: "apply", replicas: 1 },
      world: { ...newer, told: { replicas: 1, revision: "new" } },
      done: ["applied"],
    },
  ])("$name", async ({ plan, world, done }) => expect(await executed(plan, world)).toEqual(done));
});

describe("the withdrawal of a coordinator", () => {
  it.each([
    { name: "is told", pod: seen, done: ["patched", "CoordinatorWithdrawn"] },
    { name: "is neither made nor told of a namesake", pod: { ...seen, uid: "u2" }, done: [] },
    { name: "is not told of a pod that is gone", pod: undefined, done: [] },
  ])("$name", async ({ pod, done }) => expect(await executed({ kind: "withdraw", pod: seen }, { pod })).toEqual(done));
});

describe("the delete of a coordinator", () => {
  const TOLD: unknown = expect.stringMatching(/^deleted|^Coordinator/);

  it("is made of the pod as it was seen, and told", async () => {
    expect(await executed(PLANS[0] as CoordinatorPlan, { pod: seen })).toEqual(["applied", "deleted in its own s", "CoordinatorRestarted"]);
    expect(await executed(PLANS[1] as CoordinatorPlan, { pod: seen })).toEqual(["deleted in 0 s", "CoordinatorAbandoned"]);
  });

  it.each(PLANS)("is not made, nor told, when the pod has changed since it was seen: it may have started ($kind)", async (plan) => {
    expect(await executed(plan, { pod: { ...seen, resourceVersion: "8" } })).not.toContainEqual(TOLD);
  });

  it.each(PLANS)("is not made of a namesake ($kind)", async (plan) => {
    expect(await executed(plan, { pod: { ...seen, uid: "u2" } })).not.toContainEqual(TOLD);
  });

  it.each(PLANS)("is not told of a pod that is gone ($kind)", async (plan) => {
    expect(await executed(plan, { pod: undefined })).not.toContainEqual(TOLD);
  });
});
