import { describe, expect, it } from "vitest";
import type { Condition } from "../../runtime/conditions.ts";
import type { Statement } from "./conditions.ts";
import { transitionEvents } from "./transition-events.ts";

const say = (type: Statement["type"], status: Statement["status"], reason: string): Statement => ({
  type,
  status,
  reason,
  message: `${reason}.`,
});
const was = (...statements: readonly Statement[]): readonly Condition[] =>
  statements.map((statement) => ({ ...statement, lastTransitionTime: "" }));
const told = (before: readonly Statement[], now: readonly Statement[]): readonly string[] =>
  transitionEvents(was(...before), now).map(({ type, reason, action }) => `${type} ${reason} ${action}`);

const starting = [
  say("Available", "False", "CoordinatorStarting"),
  say("Progressing", "True", "CoordinatorStarting"),
  say("Degraded", "False", "NoProblem"),
  say("Ready", "False", "CoordinatorStarting"),
];
const ready = [
  say("Available", "True", "Serving"),
  say("Progressing", "False", "UpToDate"),
  say("Degraded", "False", "NoProblem"),
  say("Ready", "True", "Ready"),
];

describe("events of conditions", () => {
  it.each([
    {
      name: "say once that a new cluster starts, and warn of nothing",
      before: [],
      now: starting,
      expected: ["Normal CoordinatorStarting Progressing"],
    },
    { name: "say nothing when nothing changed", before: ready, now: ready, expected: [] },
    {
      name: "say that it serves and is ready",
      before: starting,
      now: ready,
      expected: ["Normal Serving Available", "Normal UpToDate Progressing", "Normal Ready Ready"],
    },
    {
      name: "warn once of a problem, though two conditions tell it",
      before: ready,
      now: [say("Available", "True", "Serving"), say("Degraded", "True", "OOMKilled"), say("Ready", "False", "OOMKilled")],
      expected: ["Warning OOMKilled Degraded"],
    },
    {
      name: "warn when a cluster stops serving",
      before: ready,
      now: [say("Available", "False", "TooFewWorkers")],
      expected: ["Warning TooFewWorkers Available"],
    },
    {
      name: "tell that a problem is over",
      before: [say("Degraded", "True", "OOMKilled")],
      now: [say("Degraded", "False", "NoProblem")],
      expected: ["Normal NoProblem Degraded"],
    },
  ])("$name", ({ before, now, expected }) => {
    expect(told(before, now)).toEqual(expected);
  });
});
