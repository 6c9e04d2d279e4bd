import { describe, expect, it } from "vitest";
import type { CoordinatorPlan } from "../../../lifecycle/plan-types.ts";
import { ApiError } from "../../../runtime/api-error.ts";
import type { DeleteOptions } from "../../../runtime/client.ts";
import type { Context } from "../context.ts";
import { executeCoordinator } from "./coordinator.ts";
import type { Execution } from "./execution.ts";

const seen = { name: "orders-coordinator-a-0", uid: "u1", resourceVersion: "7" };
const PLANS: readonly CoordinatorPlan[] = [
  { kind: "replace", pod: seen },
  { kind: "abandon", pod: seen, node: "n1" },
];

/** One pod and its lost node on an API server that keeps to preconditions. */
async function executed(plan: CoordinatorPlan, pod: Pick<typeof seen, "uid" | "resourceVersion"> | undefined) {
  const done: string[] = [];
  const refuse = (code: number): never => {
    throw new ApiError({}, { method: "DELETE", path: "/", code });
  };
  const ctx = {
    client: {
      get: async () => ({ status: { conditions: [{ type: "Ready", status: "Unknown" }] } }),
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
    apply: async () => {},
    now: () => 0,
    recordEvent: (_object: object, { reason }: { reason: string }) => done.push(reason),
  } as unknown as Context;
  const resources = { coordinator: { statefulSet: () => ({}) } };
  const execution = { object: {}, cluster: { namespace: "shop" }, resources, plan: { coordinator: plan } } as unknown as Execution;
  await executeCoordinator(execution, { coordinator: {}, workers: {} } as never, ctx);
  return done;
}

describe("the withdrawal of a coordinator", () => {
  it.each([
    { name: "is told", pod: seen, done: ["patched", "CoordinatorWithdrawn"] },
    { name: "is neither made nor told of a namesake", pod: { ...seen, uid: "u2" }, done: [] },
    { name: "is not told of a pod that is gone", pod: undefined, done: [] },
  ])("$name", async ({ pod, done }) => expect(await executed({ kind: "withdraw", pod: seen }, pod)).toEqual(done));
});

describe("the delete of a coordinator", () => {
  it("is made of the pod as it was seen, and told", async () => {
    expect(await executed(PLANS[0] as CoordinatorPlan, seen)).toEqual(["deleted in its own s", "CoordinatorRestarted"]);
    expect(await executed(PLANS[1] as CoordinatorPlan, seen)).toEqual(["deleted in 0 s", "CoordinatorAbandoned"]);
  });

  it.each(PLANS)("is not made, nor told, when the pod has changed since it was seen: it may have started ($kind)", async (plan) => {
    expect(await executed(plan, { ...seen, resourceVersion: "8" })).toEqual([]);
  });

  it.each(PLANS)("is not made of a namesake ($kind)", async (plan) => {
    expect(await executed(plan, { ...seen, uid: "u2" })).toEqual([]);
  });

  it.each(PLANS)("is not told of a pod that is gone ($kind)", async (plan) => {
    expect(await executed(plan, undefined)).toEqual([]);
  });
});
