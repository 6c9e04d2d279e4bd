import { describe, expect, test } from "vitest";
import { findCondition, setCondition } from "./conditions.ts";

const now = Date.UTC(2026, 0, 1, 12, 0, 0, 789);
const ready = { type: "Ready", status: "True", reason: "AllUp", message: "all up", observedGeneration: 3 } as const;

describe("setCondition", () => {
  test("adds a condition with the time of its transition, in whole seconds", () => {
    expect(setCondition([], ready, now)).toEqual([{ ...ready, lastTransitionTime: "2026-01-01T12:00:00Z" }]);
  });

  test("returns the same list when nothing changed, however late it is", () => {
    const conditions = setCondition([], ready, now);
    expect(setCondition(conditions, ready, now + 3_600_000)).toBe(conditions);
  });

  test("keeps the time of the transition when only the reason, message or generation changes", () => {
    const conditions = setCondition([], ready, now);
    const changed = setCondition(conditions, { ...ready, reason: "Other", message: "m", observedGeneration: 4 }, now + 60_000);
    expect(changed).toEqual([
      { ...ready, reason: "Other", message: "m", observedGeneration: 4, lastTransitionTime: "2026-01-01T12:00:00Z" },
    ]);
  });

  test("sets the time of the transition when the status changes, and leaves the other conditions alone", () => {
    const other = { ...ready, type: "Available" };
    const conditions = setCondition(setCondition([], other, now), ready, now);
    const changed = setCondition(conditions, { ...ready, status: "False", reason: "Down" }, now + 60_000);
    expect(changed.map(({ type, lastTransitionTime }) => [type, lastTransitionTime])).toEqual([
      ["Available", "2026-01-01T12:00:00Z"],
      ["Ready", "2026-01-01T12:01:00Z"],
    ]);
    expect(changed[0]).toBe(conditions[0]);
  });

  test("cuts a message that the API server would refuse", () => {
    expect(findCondition(setCondition([], { ...ready, message: "x".repeat(40_000) }, now), "Ready")?.message).toHaveLength(32_768);
  });
});
