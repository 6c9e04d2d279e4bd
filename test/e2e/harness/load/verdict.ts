/**
 * What an error of the client library means for a query.
 *
 * The library (npm `trino-client` 0.2.9) surfaces every failed request as the error of axios, and gives up at the first. It tells a
 * query's id only with its first rows, but the URI of a failed poll holds the id too, so no failure goes without one.
 */

/** `refused`: no query was made. `interrupted`: there is a query, and it may go on. `failed`: it does not. */
export type Verdict =
  | { readonly kind: "refused"; readonly error: string }
  | { readonly kind: "interrupted" | "failed"; readonly id: string; readonly error: string };

/** The part of axios' error that decides. */
interface RequestError {
  readonly message: string;
  readonly code?: string;
  readonly config: { readonly url?: string };
  readonly response?: { readonly status: number; readonly data?: unknown };
}

/** Where the answer is the same as no answer: ask again. https://trino.io/docs/current/develop/client-protocol.html#overview-of-query-processing */
const TRANSIENT: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const POLL = /\/v1\/statement\/(?:queued|executing|spooled)\/([^/]+)\//;

/** Judges an error that the library threw; throws it again when it comes from no request and so is a mistake of ours. */
export function verdictOf(cause: unknown): Verdict {
  if (!isRequestError(cause)) throw cause;
  const { message, code, config, response } = cause;
  const answer = typeof response?.data === "string" ? `: ${response.data.trim().slice(0, 200)}` : "";
  const error = response ? `HTTP ${response.status}${answer}` : `${code ?? "no answer"}: ${message}`;
  const id = POLL.exec(config.url ?? "")?.[1];
  if (id === undefined) return { kind: "refused", error };
  return { kind: response && !TRANSIENT.has(response.status) ? "failed" : "interrupted", id, error };
}

function isRequestError(cause: unknown): cause is RequestError {
  return cause instanceof Error && "config" in cause && typeof cause.config === "object" && cause.config !== null;
}
