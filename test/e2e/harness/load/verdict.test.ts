import { describe, expect, it } from "vitest";
import { type Verdict, verdictOf } from "./verdict.ts";

const SUBMISSION = "/v1/statement";
const POLL = "http://198.19.0.7:8080/v1/statement/executing/20261124_235959_00042_abcde/y1b2/7";
const QUEUED = "http://198.19.0.7:8080/v1/statement/queued/20261124_235959_00042_abcde/y1b2/1";
const ID = "20261124_235959_00042_abcde";

/** As axios makes it. */
const error = (message: string, more: object): Error => Object.assign(new Error(message), more);
const lost = (url: string, code = "ECONNRESET"): Error => error("socket hang up", { code, config: { url } });
const answered = (url: string, status: number, data: unknown = ""): Error =>
  error(`Request failed with status code ${status}`, { code: "ERR_BAD_RESPONSE", config: { url }, response: { status, data } });

describe("an error of the client library", () => {
  it.each<{ name: string; cause: Error; expected: Verdict }>([
    {
      name: "is a refusal when the submission finds nobody listening",
      cause: lost(SUBMISSION, "ECONNREFUSED"),
      expected: { kind: "refused", error: "ECONNREFUSED: socket hang up" },
    },
    {
      name: "is a refusal when the kept-alive connection of a submission is reset",
      cause: lost(SUBMISSION),
      expected: { kind: "refused", error: "ECONNRESET: socket hang up" },
    },
    {
      name: "is a refusal when the submission is answered by an error",
      cause: answered(SUBMISSION, 503, "Trino server is still initializing"),
      expected: { kind: "refused", error: "HTTP 503: Trino server is still initializing" },
    },
    {
      name: "is an interruption when a poll is reset, since the page may still be had",
      cause: lost(POLL),
      expected: { kind: "interrupted", id: ID, error: "ECONNRESET: socket hang up" },
    },
    {
      name: "is an interruption when a poll gets no answer in time",
      cause: lost(QUEUED, "ECONNABORTED"),
      expected: { kind: "interrupted", id: ID, error: "ECONNABORTED: socket hang up" },
    },
    ...[429, 502, 503, 504].map((status) => ({
      name: `is an interruption when a poll is answered by ${status}`,
      cause: answered(POLL, status),
      expected: { kind: "interrupted", id: ID, error: `HTTP ${status}: ` } as const,
    })),
    ...[404, 410, 500].map((status) => ({
      name: `is a failed query when a poll is answered by ${status}`,
      cause: answered(POLL, status, "Query not found"),
      expected: { kind: "failed", id: ID, error: `HTTP ${status}: Query not found` } as const,
    })),
  ])("$name", ({ cause, expected }) => {
    expect(verdictOf(cause)).toEqual(expected);
  });

  it("is thrown again when it comes from no request", () => {
    expect(() => verdictOf(new TypeError("a mistake"))).toThrow("a mistake");
  });
});
