import { describe, expect, it } from "vitest";
import { observation, revision, TARGET, workload } from "./fixtures.ts";
import type { Attempt, ObservedRevision } from "./observation.ts";
import { attemptOf, chooseTarget, hasServed, standingTarget } from "./plan-target.ts";

const attempt = (result: Attempt["result"], workers: string, hour: number): Omit<Attempt, "coordinator"> => ({
  workers,
  since: `2026-01-01T${String(hour).padStart(2, "0")}:00:00Z`,
  result,
  reason: result === "Failed" ? "it did not start" : "",
});
const served = (hash: string, workers: string, hour: number): ObservedRevision =>
  revision("coordinator", hash, { version: 470, compatibility: "470 s", attempt: attempt("Served", workers, hour) });
const tried = (result: Attempt["result"], workers: string = TARGET.workers): ObservedRevision =>
  revision("coordinator", TARGET.coordinator, { attempt: attempt(result, workers, 11) });
const worker = (hash: string): ObservedRevision => revision("worker", hash);
const target = (coordinator: string, workers: string) => ({ version: 470, compatibility: "470 s", coordinator, workers });

describe("the target", () => {
  it.each<{ name: string; revisions: readonly ObservedRevision[]; expected: typeof TARGET }>([
    { name: "is what is wanted when it was never tried", revisions: [served("c-old", "w-old", 9), worker("w-old")], expected: TARGET },
    {
      name: "is what is wanted while it is tried",
      revisions: [served("c-old", "w-old", 9), worker("w-old"), tried("Pending")],
      expected: TARGET,
    },
    {
      name: "is what is wanted when that serves",
      revisions: [served("c-old", "w-old", 9), worker("w-old"), tried("Served")],
      expected: TARGET,
    },
    {
      name: "is the last pair that served when the wanted one failed",
      revisions: [served("c-old", "w-old", 9), worker("w-old"), tried("Failed")],
      expected: target("c-old", "w-old"),
    },
    {
      name: "is the newest of several pairs that served",
      revisions: [
        served("c-older", "w-old", 8),
        served("c-old", "w-old", 10),
        served("c-oldest", "w-old", 7),
        worker("w-old"),
        tried("Failed"),
      ],
      expected: target("c-old", "w-old"),
    },
    {
      name: "is the newest pair of which both revisions are remembered",
      revisions: [served("c-old", "w-forgotten", 10), served("c-older", "w-older", 8), worker("w-older"), tried("Failed")],
      expected: target("c-older", "w-older"),
    },
    {
      name: "is the last pair that served when the wanted workers failed alone",
      revisions: [
        revision("coordinator", TARGET.coordinator, { attempt: attempt("Served", "w-old", 9) }),
        worker("w-old"),
        revision("worker", TARGET.workers, { attempt: { ...attempt("Failed", TARGET.workers, 11), coordinator: TARGET.coordinator } }),
      ],
      expected: { ...TARGET, workers: "w-old" },
    },
    {
      name: "is the newest pair that served, with whichever revision that is kept",
      revisions: [
        served("c-old", "w-old", 9),
        revision("worker", "w-newer", { attempt: { ...attempt("Served", "w-newer", 10), coordinator: "c-old" } }),
        tried("Failed"),
      ],
      expected: target("c-old", "w-newer"),
    },
    { name: "is what is wanted when it failed and nothing served before", revisions: [tried("Failed")], expected: TARGET },
    {
      name: "is what is wanted when a pair that failed is all there is beside it",
      revisions: [
        revision("coordinator", "c-old", { attempt: attempt("Failed", "w-old", 9) }),
        revision("coordinator", "c-older", { attempt: attempt("Pending", "w-old", 8) }),
        worker("w-old"),
        tried("Failed"),
      ],
      expected: TARGET,
    },
    {
      name: "is what is wanted again when its workers differ from those that failed",
      revisions: [served("c-old", "w-old", 9), worker("w-old"), tried("Failed", "w-failed")],
      expected: TARGET,
    },
    {
      name: "is what is wanted again when its coordinator differs from the one that failed",
      revisions: [
        served("c-old", "w-old", 9),
        worker("w-old"),
        revision("coordinator", "c-failed", { attempt: attempt("Failed", TARGET.workers, 11) }),
      ],
      expected: TARGET,
    },
  ])("$name", ({ revisions, expected }) => {
    expect(chooseTarget(TARGET, observation({ revisions })).target).toEqual(expected);
  });

  it("says what failed, when and why, when it is another one than wanted", () => {
    const revisions = [served("c-old", "w-old", 9), worker("w-old"), tried("Failed")];
    expect(chooseTarget(TARGET, observation({ revisions })).rolledBack).toEqual({
      role: "coordinator",
      revision: "c-new",
      since: "2026-01-01T11:00:00Z",
      reason: "it did not start",
    });
  });

  it("names the workers where they alone failed", () => {
    const failed = { ...attempt("Failed", TARGET.workers, 11), coordinator: TARGET.coordinator };
    const coordinator = revision("coordinator", TARGET.coordinator, { attempt: attempt("Served", "w-old", 9) });
    const revisions = [coordinator, worker("w-old"), revision("worker", TARGET.workers, { attempt: failed })];
    expect(chooseTarget(TARGET, observation({ revisions })).rolledBack).toMatchObject({ role: "worker", revision: TARGET.workers });
  });

  it.each(["Pending", "Served", "Failed"] as const)("says nothing of the kind when it is the wanted one (%s)", (result) => {
    expect(chooseTarget(TARGET, observation({ revisions: [tried(result)] })).rolledBack).toBeUndefined();
  });
});

describe("what is remembered", () => {
  it("is an attempt of the very pair", () => {
    expect(attemptOf(TARGET, observation({ revisions: [tried("Pending")] }))?.result).toBe("Pending");
    expect(attemptOf(TARGET, observation({ revisions: [tried("Pending", "w-other")] }))).toBeUndefined();
    expect(attemptOf(TARGET, observation({ revisions: [] }))).toBeUndefined();
  });

  it.each<{ name: string; role: ObservedRevision["role"]; hash: string; expected: boolean }>([
    { name: "that a coordinator served", role: "coordinator", hash: "c-old", expected: true },
    { name: "that the workers of that pair served", role: "worker", hash: "w-old", expected: true },
    { name: "not that a coordinator served which is tried", role: "coordinator", hash: "c-new", expected: false },
    { name: "not that workers served which are tried", role: "worker", hash: "w-new", expected: false },
    { name: "not that a coordinator's hash served as workers", role: "worker", hash: "c-old", expected: false },
    { name: "not that workers served as a coordinator", role: "coordinator", hash: "w-old", expected: false },
  ])("is $name", ({ role, hash, expected }) => {
    const seen = observation({ revisions: [served("c-old", "w-old", 9), worker("w-old"), tried("Pending"), worker("w-new")] });
    expect(hasServed(seen, role, hash)).toBe(expected);
  });
});

describe("what stands", () => {
  const running = workload("c-old", 1, { version: 470, compatibility: "470 s" });
  const failed = revision("worker", "w-failed", { attempt: { ...attempt("Failed", "w-failed", 11), coordinator: "c-old" } });
  it.each([
    { name: "is what runs", workers: [workload("w-some", 3), workload("w-old", 1)], expected: "w-some" },
    { name: "is what served last where no worker is left", workers: [workload("w-some", 0)], expected: "w-old" },
    { name: "is what served last where the workers failed", workers: [workload("w-failed", 3)], expected: "w-old" },
    { name: "is what was there where nothing served", workers: [workload("w-some", 0)], forgotten: true, expected: "w-some" },
    { name: "is what is wanted where nothing was there", workers: [], forgotten: true, expected: TARGET.workers },
  ])("$name", ({ workers, forgotten, expected }) => {
    const revisions = [served("c-old", "w-old", 9), failed, ...(forgotten ? [] : [worker("w-old")])];
    const seen = observation({ coordinator: running, workers, revisions });
    expect(standingTarget({ target: TARGET, observation: seen })).toEqual(target("c-old", expected));
  });

  it("is what is wanted where there is no coordinator", () => {
    expect(standingTarget({ target: TARGET, observation: observation({ coordinator: undefined }) })).toEqual(TARGET);
  });
});
