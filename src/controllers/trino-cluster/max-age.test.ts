import { expect, it } from "vitest";
import { maxAgeOf } from "./max-age.ts";

const ready = { type: "Ready", status: "True", reason: "Ready", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" } as const;
const settled = { observedGeneration: 2, conditions: [ready], workers: { desired: 3, registered: 3 } };
const same = { running: "a", wanted: "a" };

it("a cluster at rest is asked about once a minute", () => {
  expect(maxAgeOf({ metadata: { name: "orders", generation: 2 }, status: settled }, same)).toBe(55_000);
});

it.each([
  { name: "it is not ready", status: { ...settled, conditions: [] }, revisions: same },
  { name: "its spec has changed", status: { ...settled, observedGeneration: 1 }, revisions: same },
  { name: "a Secret has changed", status: settled, revisions: { running: "a", wanted: "b" } },
  { name: "workers that have gone are still counted", status: { ...settled, workers: { desired: 3, registered: 5 } }, revisions: same },
])("Trino is asked at once while $name", ({ status, revisions }) => {
  expect(maxAgeOf({ metadata: { name: "orders", generation: 2 }, status }, revisions)).toBe(900);
});
