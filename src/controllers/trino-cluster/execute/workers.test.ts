import { describe, expect, it } from "vitest";
import { workload } from "../../../lifecycle/fixtures.ts";
import type { ObservedWorkload } from "../../../lifecycle/observation.ts";
import type { WorkerPlan } from "../../../lifecycle/plan-types.ts";
import { REVISION_LABEL } from "../../../trino/labels.ts";
import { Outdated } from "../confirm.ts";
import type { Context } from "../context.ts";
import type { Execution } from "./execution.ts";
import { applyWorkers } from "./workers.ts";

interface World {
  readonly plan: WorkerPlan;
  readonly seen: readonly ObservedWorkload[];
  /** Those in the cache when the plan is executed, and after the live look. */
  readonly cached: readonly (readonly ObservedWorkload[])[];
  readonly outdated?: boolean;
}

/** What is done about the workers, whose wanted revision is w-new. */
async function done({ plan, seen, cached, outdated = false }: World): Promise<readonly string[]> {
  const steps: string[] = [];
  let looks = 0;
  const deployments = () => (cached[Math.min(looks, cached.length - 1)] ?? []).map(deploymentOf);
  const ctx = {
    patch: async (_type: object, _name: object, patch: object) => void steps.push(`patch ${JSON.stringify(patch)}`),
    stores: { deployments: { byIndex: deployments } },
    apply: async (text: string) => void steps.push(text),
  } as unknown as Context;
  const confirm = async (): Promise<void> => {
    looks++;
    steps.push("look");
    if (outdated) throw new Outdated("TrinoCluster orders");
  };
  const resources = { workers: { deployment: (_revision: object, replicas: number) => `apply ${replicas}` } };
  const all = { workers: [plan], drain: [], registration: [], retire: [] };
  const execution = { cluster: { uid: "7a1c" }, resources, plan: all, observation: { workers: seen }, confirm } as unknown as Execution;
  await applyWorkers(execution, { coordinator: {}, workers: { hash: "w-new" } } as never, ctx).catch((error: unknown) => {
    steps.push(error instanceof Error ? error.name : String(error));
  });
  return steps;
}

function deploymentOf({ name, uid, revision, replicas }: ObservedWorkload) {
  const labels = { [REVISION_LABEL]: revision };
  return { metadata: { namespace: "shop", name, uid, labels }, spec: { replicas, template: { metadata: { labels } } } };
}

describe("workers", () => {
  const two = workload("w-new", 2);
  it.each<World & { readonly name: string; readonly steps: readonly string[] }>([
    { name: "that stay as they are need no live look", plan: two, seen: [two], cached: [[two]], steps: ["apply 2"] },
    { name: "are scaled after a live look", plan: { ...two, replicas: 3 }, seen: [two], cached: [[two]], steps: ["look", "apply 3"] },
    { name: "are made after a live look", plan: two, seen: [], cached: [[]], steps: ["look", "apply 2"] },
    {
      name: "are not scaled for an older spec",
      plan: { ...two, replicas: 3 },
      seen: [two],
      cached: [[two]],
      outdated: true,
      steps: ["look", "Outdated"],
    },
    {
      name: "do not come back because the cache learnt too late that they were told to go",
      plan: two,
      seen: [two],
      cached: [[workload("w-new", 0)]],
      steps: ["look", "Outdated"],
    },
    {
      name: "do not come back because the cache learnt it during the live look",
      plan: { ...two, replicas: 1 },
      seen: [two],
      cached: [[two], [workload("w-new", 0)]],
      steps: ["look", "Outdated"],
    },
    {
      name: "of an old revision are scaled only as the Deployment that was seen",
      plan: workload("w-old", 0),
      seen: [workload("w-old", 2)],
      cached: [[workload("w-old", 2)]],
      steps: ["look", `patch ${JSON.stringify({ metadata: { uid: workload("w-old", 2).uid }, spec: { replicas: 0 } })}`],
    },
  ])("$name", async ({ steps, ...world }) => expect(await done(world)).toEqual(steps));
});
