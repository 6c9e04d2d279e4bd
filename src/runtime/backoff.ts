/** Exponential back-off. */

/** Delays grow from `baseMs` by two each time up to `maxMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** The delay after `failures` failures (from 0), spread over its upper half by `random` in [0, 1), so that not all come back at once. */
export function backoffDelay(backoff: Backoff, failures: number, random: number): number {
  const delayMs = Math.min(backoff.maxMs, backoff.baseMs * 2 ** Math.min(failures, 64));
  return delayMs * (0.5 + random / 2);
}
