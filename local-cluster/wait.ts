/** Waiting for conditions with generous limits: on two busy cores a first start can take ten times its usual time. */
import { setTimeout as sleep } from "node:timers/promises";

/** How long to wait, in milliseconds: until it gives up, and between two looks. */
export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/**
 * Calls `check` until it returns without throwing, and returns its result.
 *
 * Throws when the time is over, naming `what` was waited for and the last error.
 */
export async function waitFor<T>(what: string, check: () => Promise<T>, options: WaitOptions = {}): Promise<T> {
  const { timeoutMs = 300_000, intervalMs = 200 } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (cause) {
      if (performance.now() > deadline) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`waited ${timeoutMs / 1000} s for ${what}, in vain: ${reason}`, { cause });
      }
    }
    await sleep(intervalMs);
  }
}
