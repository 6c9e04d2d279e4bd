/** The words between a controller and its reconciler, as controller-runtime has them. */
import type { NamespacedName } from "./object.ts";

/** What to reconcile: never why (level-triggered). */
export type Request = NamespacedName;

/** What a reconcile wants next: nothing, or to run again after a time in milliseconds even when nothing changes. */
export interface Result {
  readonly requeueAfterMs?: number;
}

/**
 * Makes the world as the object says. A throw is retried with back-off (5 ms × 2ⁿ with jitter, at most 5 min), unless it is
 * a TerminalError, which waits for the next change of the object. `signal` aborts when the process stops or the lease is lost.
 */
export type Reconcile = (request: Request, signal: AbortSignal) => Promise<Result>;
