import { describe, expect, it } from "vitest";
import { cluster, observation, pod, TARGET, workers } from "../../lifecycle/fixtures.ts";
import { plan } from "../../lifecycle/plan.ts";
import { ApiError } from "../../runtime/api-error.ts";
import { SpecInvalid } from "../../trino/violation.ts";
import { NameConflict, PredecessorLeft } from "./name-conflict.ts";
import { outcomeOf, requeueAfter } from "./outcome.ts";

const violation = (waiting: boolean) => ({ field: "spec.catalogs.lake", problem: "It lacks a Secret.", cure: "Create it.", waiting });

const forbidden = (reason: string) =>
  new ApiError({ details: { causes: [{ reason }] } }, { method: "POST", path: "/api/v1/namespaces/shop/secrets", code: 403 });

describe("the outcome of a reconcile that threw", () => {
  it.each([
    { name: "an invalid spec", error: new SpecInvalid([violation(false)]), kind: "invalid", again: 60_000 },
    {
      name: "a reference that is missing, which is looked for soon",
      error: new SpecInvalid([violation(true)]),
      kind: "invalid",
      again: 5_000,
    },
    { name: "a name that somebody else has", error: new NameConflict("Service orders"), kind: "conflict", again: 15_000 },
    { name: "what a deleted namesake left, which goes soon", error: new PredecessorLeft("Service orders"), kind: "waiting", again: 2_000 },
    { name: "a namespace that is being deleted", error: forbidden("NamespaceTerminating"), kind: "terminating", again: 60_000 },
    { name: "another refusal", error: forbidden("FieldManagerConflict"), kind: "failed", again: 60_000 },
    { name: "anything else", error: new Error("500"), kind: "failed", again: 60_000 },
  ])("$name", ({ error, kind, again }) => {
    const outcome = outcomeOf(error, observation());
    expect([outcome.kind, requeueAfter(outcome)]).toEqual([kind, again]);
  });
});

describe("the next look at a cluster", () => {
  const trino = { kind: "answered", version: "476", starting: false, registered: 3, queries: 2 } as const;
  const changing = [pod("coordinator", "orders-coordinator-a-0", { revision: "c-old" }), ...workers(3)];

  it.each([
    { name: "is a minute away when nothing is to be done", seen: { trino }, again: 60_000 },
    { name: "comes soon while it waits for idleness, which may last for seconds only", seen: { trino, pods: changing }, again: 3_000 },
    { name: "comes at once while the coordinator is withdrawn", seen: { trino: { ...trino, queries: 0 }, pods: changing }, again: 1_000 },
    { name: "comes at once while workers register", seen: { trino: { ...trino, registered: 2, queries: 0 } }, again: 1_000 },
    { name: "comes at once while workers are counted that have gone", seen: { trino: { ...trino, registered: 4 } }, again: 1_000 },
  ])("$name", ({ seen, again }) => {
    const observed = observation(seen);
    const made = plan({ cluster: cluster(), target: TARGET, observation: observed });
    expect(requeueAfter({ kind: "planned", cluster: cluster(), observation: observed, plan: made })).toBe(again);
  });
});
