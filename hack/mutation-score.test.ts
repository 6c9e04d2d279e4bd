import { describe, expect, it } from "vitest";
import { scoresOf, type TriedMutant } from "./mutation-score.ts";

const PARTS = { queue: ["queue.ts", "backoff.ts"], plan: ["plan.ts"], untried: ["other.ts"] };
const mutants = (fileName: string, counts: Partial<Record<TriedMutant["status"], number>>): readonly TriedMutant[] =>
  Object.entries(counts).flatMap(([status, count]) =>
    Array.from({ length: count }, () => ({ fileName, status: status as TriedMutant["status"] })),
  );

describe("the mutation score", () => {
  const { table, missed } = scoresOf(
    [
      ...mutants("queue.ts", { Killed: 6, Timeout: 1, Survived: 2 }),
      ...mutants("backoff.ts", { Killed: 1 }),
      ...mutants("plan.ts", { Killed: 79, Survived: 20, NoCoverage: 1, RuntimeError: 50, Ignored: 50 }),
      ...mutants("stranger.ts", { Survived: 9 }),
    ],
    PARTS,
  );

  it("counts for each file and each part what a test noticed, and neither errors nor what is in no part", () => {
    expect(table.split("\n").map((line) => line.trim().split(/\s{2,}/u))).toEqual([
      ["mutants noticed by a test", "noticed", "of", "score"],
      ["queue", "8", "10", "80.0 %"],
      ["queue.ts", "7", "9", "77.8 %"],
      ["backoff.ts", "1", "1", "100.0 %"],
      ["plan", "79", "100", "79.0 %"],
      ["plan.ts", "79", "100", "79.0 %"],
    ]);
  });

  it("is missed by a part below 80 %, and not by one of which nothing was tried", () => {
    expect(missed).toEqual(["plan"]);
  });
});
