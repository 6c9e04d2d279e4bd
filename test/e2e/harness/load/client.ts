/**
 * One query, asked as a user's program does: by Trino's own JavaScript client, over a kept-alive connection.
 *
 * That library gives up a query at the first request that fails, and knows no time limits. What Trino's protocol and its JDBC driver
 * do is added here: a poll that got no answer, or a "try again", is repeated, because its URI names the page that it wants.
 * The driver does so for two minutes; a submission it does not repeat, and neither do we.
 */
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { type QueryResult, Trino } from "trino-client";
import type { LoadEvent } from "./report.ts";
import type { Statement } from "./statements.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** StatementClientV1 of Trino's JDBC driver: `ClientSession.clientRequestTimeout`. */
const LOST_AFTER_MS = 120_000;
const REPEAT_AFTER_MS = 100;
/** An answer takes a second where there is nothing to tell yet, and more on a busy machine; a pod that vanished never answers. */
const SILENCE_MS = 20_000;

/** Without the client and the time, which are the caller's and the clock's. */
type Happening = LoadEvent extends infer E ? (E extends LoadEvent ? Omit<E, "client" | "at"> : never) : never;

/** What a query is run with. */
export interface QueryContext {
  readonly trino: Trino;
  readonly record: (event: Happening) => void;
  /** When it is aborted, a slow reader reads on as fast as it can. */
  readonly hurry: AbortSignal;
}

/** A client of its own, with the connections that this process keeps. */
export function newClient(server: string, source: string): Trino {
  limitSilence();
  return Trino.create({ server, source, extraHeaders: { "X-Trino-User": "load" } });
}

/** Runs a statement to its end and tells what happened; returns whether it succeeded. Throws only for mistakes of ours. */
export async function runQuery(statement: Statement, { trino, record, hurry }: QueryContext): Promise<boolean> {
  const since = Date.now();
  let pages: AsyncIterator<QueryResult>;
  try {
    pages = await trino.query(statement.sql);
  } catch (cause) {
    record({ kind: "refused", since, error: verdictOf(cause).error });
    return false;
  }
  record({ kind: "accepted" });
  let rows = 0;
  for (;;) {
    const step = await nextPage(pages, record);
    if ("kind" in step) {
      record({ kind: "failed", id: step.id, error: step.error });
      return false;
    }
    const { id, error, data = [] } = step.value as QueryResult;
    if (error) {
      record({ kind: "failed", id, error: `${error.errorName}: ${error.message}` });
      return false;
    }
    if (step.done) return recordEnd({ id, rows, statement }, record);
    rows += data.length;
    await pace((statement.readMs * rows) / statement.rows - (Date.now() - since), hurry);
  }
}

type Record = QueryContext["record"];

/** A result that lacks rows is worse than an error. */
function recordEnd({ id, rows, statement }: { id: string; rows: number; statement: Statement }, record: Record): boolean {
  const complete = rows === statement.rows;
  if (complete) record({ kind: "succeeded", id, long: statement.readMs > 0 });
  else record({ kind: "failed", id, error: `${rows} rows instead of ${statement.rows}` });
  return complete;
}

/** The next page, asked for again while it may come. The library asks for the same page again when its last request failed. */
async function nextPage(pages: AsyncIterator<QueryResult>, record: Record): Promise<Answer> {
  const start = Date.now();
  for (let interrupted = false; ; interrupted = true) {
    const since = Date.now();
    const answer = await pages.next().catch((cause: unknown) => verdictOfPoll(cause));
    if (!("kind" in answer)) {
      if (interrupted) record({ kind: "resumed" });
      return answer;
    }
    const { kind, id, error } = answer;
    if (kind === "failed") return { kind, id, error };
    record({ kind, since, id, error });
    if (Date.now() - start > LOST_AFTER_MS) return { kind: "failed", id, error: `the connection was lost for good: ${error}` };
    await sleep(REPEAT_AFTER_MS);
  }
}

type Answer = IteratorResult<QueryResult> | { readonly kind: "failed"; readonly id: string; readonly error: string };

/** A poll that names no query would be a mistake of ours. */
function verdictOfPoll(cause: unknown): Exclude<Verdict, { readonly kind: "refused" }> {
  const verdict = verdictOf(cause);
  if (verdict.kind === "refused") throw cause;
  return verdict;
}

async function pace(ms: number, hurry: AbortSignal): Promise<void> {
  if (ms > 0 && !hurry.aborted) await sleep(ms, undefined, { signal: hurry }).catch(() => undefined);
}

/** The library takes the defaults of the axios that it brings, which knows no limit. */
function limitSilence(): void {
  const require = createRequire(createRequire(import.meta.url).resolve("trino-client"));
  const axios = require("axios") as { readonly defaults: { timeout?: number } };
  axios.defaults.timeout = SILENCE_MS;
}
