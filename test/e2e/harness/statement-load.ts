/** A client that goes through rounds of statements while something happens to the cluster. */
import { query } from "./statement-client.ts";

/** What the rounds came to. */
export interface Rounds {
  readonly answered: number;
  /** The message of every statement that failed, in order. */
  readonly failures: readonly string[];
  /** The longest that a statement took, in milliseconds. */
  readonly slowestMs: number;
}

/** Runs the statements of round 0, 1, 2 … until the function that it returns is called; a round is then still finished. */
export function startRounds(url: string, statementsOf: (round: number) => readonly string[]): () => Promise<Rounds> {
  let stopped = false;
  const failures: string[] = [];
  let answered = 0;
  let slowestMs = 0;
  const work = (async () => {
    for (let round = 0; !stopped; round++) {
      for (const sql of statementsOf(round)) {
        const start = performance.now();
        await query(url, sql).then(
          () => answered++,
          (error: unknown) => failures.push(error instanceof Error ? error.message : String(error)),
        );
        slowestMs = Math.max(slowestMs, performance.now() - start);
      }
    }
  })();
  return async () => {
    stopped = true;
    await work;
    return { answered, failures, slowestMs: Math.round(slowestMs) };
  };
}
