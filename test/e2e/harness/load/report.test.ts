import { describe, expect, it } from "vitest";
import { type LoadEvent, type LoadReport, reportOf, summaryOf } from "./report.ts";

const NOTHING: LoadReport = {
  started: 0,
  succeeded: 0,
  longSucceeded: 0,
  failed: [],
  interrupted: [],
  outageSeconds: 0,
  gapSeconds: 0,
  refusals: [],
};

const accepted = (at: number, client = "a"): LoadEvent => ({ kind: "accepted", client, at });
const refused = (since: number, at: number, client = "a"): LoadEvent => ({ kind: "refused", client, since, at, error: "ECONNREFUSED" });
const succeeded = (at: number, long = false): LoadEvent => ({ kind: "succeeded", client: "a", at, id: `q${at}`, long });
const interrupted = (since: number, at: number): LoadEvent => ({
  kind: "interrupted",
  client: "a",
  since,
  at,
  id: "q1",
  error: "ECONNRESET",
});
const resumed = (at: number): LoadEvent => ({ kind: "resumed", client: "a", at });
const failed = (at: number): LoadEvent => ({ kind: "failed", client: "a", at, id: "q1", error: "HTTP 404" });

const trouble = (at: number, error: string): LoadReport["failed"][number] => ({ client: "a", id: "q1", error, at });

const REFUSALS = { refusals: ["ECONNREFUSED"] };

describe("the report of a load", () => {
  it.each<{ name: string; events: readonly LoadEvent[]; expected: Partial<LoadReport> }>([
    { name: "is empty when nothing happened", events: [], expected: {} },
    {
      name: "counts queries that succeeded, the long ones among them",
      events: [accepted(0), accepted(0), succeeded(5), succeeded(9, true)],
      expected: { started: 2, succeeded: 2, longSucceeded: 1, gapSeconds: 0.004 },
    },
    {
      name: "tells the longest time without a result, though nobody was refused",
      events: [accepted(0), succeeded(2000), accepted(3000), succeeded(33_000), accepted(33_000), succeeded(34_000)],
      expected: { started: 3, succeeded: 3, gapSeconds: 31 },
    },
    {
      name: "names a query that had an id and failed",
      events: [accepted(0), failed(7)],
      expected: { started: 1, failed: [trouble(7, "HTTP 404")] },
    },
    {
      name: "has no failure where a poll was interrupted and the query succeeded after all",
      events: [accepted(0), interrupted(3, 3), resumed(3), succeeded(9)],
      expected: { started: 1, succeeded: 1, interrupted: [trouble(3, "ECONNRESET")] },
    },
    {
      name: "counts polls without an answer as outage until the next page",
      events: [accepted(0), interrupted(1000, 1000), interrupted(2000, 2100), resumed(4000), succeeded(60_000)],
      expected: {
        started: 1,
        succeeded: 1,
        outageSeconds: 3,
        interrupted: [trouble(1000, "ECONNRESET"), trouble(2100, "ECONNRESET")],
      },
    },
    {
      name: "counts them until the answer that the query is unknown, and sees an outage though no client was refused",
      events: [accepted(0), interrupted(1000, 1000), failed(26_000), accepted(27_000)],
      expected: {
        started: 2,
        outageSeconds: 25,
        failed: [trouble(26_000, "HTTP 404")],
        interrupted: [trouble(1000, "ECONNRESET")],
      },
    },
    {
      name: "has no failure where a request was refused, but an outage until the next is accepted",
      events: [refused(1000, 1100), refused(1300, 1400), accepted(3500)],
      expected: { ...REFUSALS, started: 1, outageSeconds: 2.5 },
    },
    {
      name: "counts the wait for a refused request as outage, though others were served",
      events: [accepted(500, "b"), refused(1000, 21_000), accepted(5000, "b"), accepted(22_000)],
      expected: { ...REFUSALS, started: 3, outageSeconds: 21 },
    },
    {
      name: "counts once the time in which several clients were refused",
      events: [refused(1000, 1000), refused(2000, 2000, "b"), accepted(4000), accepted(5000, "b")],
      expected: { ...REFUSALS, started: 2, outageSeconds: 4 },
    },
    {
      name: "adds up outages that lie apart",
      events: [refused(1000, 1000), accepted(2000), refused(7000, 7000), accepted(7500)],
      expected: { ...REFUSALS, started: 2, outageSeconds: 1.5 },
    },
    {
      name: "counts an outage that did not end until now",
      events: [refused(94_000, 95_000)],
      expected: { ...REFUSALS, outageSeconds: 6 },
    },
  ])("$name", ({ events, expected }) => {
    expect(reportOf(events, 100_000)).toEqual({ ...NOTHING, ...expected });
  });

  it("can be told in a line", () => {
    const report = { ...NOTHING, succeeded: 7, longSucceeded: 2, outageSeconds: 1.25, gapSeconds: 2, interrupted: [trouble(1, "x")] };
    expect(summaryOf(report)).toBe("7 queries ok (2 long), 0 failed, outage 1.3 s, longest time without a result 2.0 s, 1 polls repeated");
  });
});
