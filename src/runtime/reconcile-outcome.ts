/** What became of a reconcile, and what its error means for the next try. */
import { ApiError, isNamespaceTerminating, NotLeaderError, TerminalError } from "./api-error.ts";
import type { Result } from "./controller-types.ts";

/**
 * How a reconcile ended. A refusal because the namespace is being deleted is no failure: what we are about is being deleted
 * as well, and its deletion is the next that we hear of it.
 */
export type Outcome =
  | { readonly kind: "success" }
  | { readonly kind: "requeue"; readonly afterMs: number }
  | { readonly kind: "retry"; readonly error: unknown; readonly atLeastMs: number }
  | { readonly kind: "terminal" | "namespace-terminating" | "panic" | "timeout" | "stopped"; readonly error: unknown };

/** The outcome of a reconcile that returned. */
export function judge(result: Result): Outcome {
  return result.requeueAfterMs === undefined ? { kind: "success" } : { kind: "requeue", afterMs: result.requeueAfterMs };
}

/** The outcome of a reconcile that threw; `stopping` when its signal had aborted because the work stops. */
export function judgeError(error: unknown, stopping: boolean): Outcome {
  if (stopping || error instanceof NotLeaderError) return { kind: "stopped", error };
  if (isNamespaceTerminating(error)) return { kind: "namespace-terminating", error };
  if (error instanceof TerminalError) return { kind: "terminal", error };
  // What Node.js itself throws is a defect of ours, as a panic is in Go; it is retried all the same.
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError) return { kind: "panic", error };
  return { kind: "retry", error, atLeastMs: retryAfterOf(error) };
}

function retryAfterOf(error: unknown): number {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApiError) return cause.retryAfterMs ?? 0;
  }
  return 0;
}
