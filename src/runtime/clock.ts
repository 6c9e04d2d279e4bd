/** Time as an argument, so that the whole runtime runs under a manual clock in tests. */

/** The longest delay that a Node.js timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Wall time, monotonic time and timers. All times are milliseconds. */
export interface Clock {
  /** Wall time since the epoch: for what people read, never for measuring. */
  now(): number;
  /** Time since an arbitrary start; never goes back when somebody sets the wall clock. */
  monotonic(): number;
  /** Runs `run` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts; never rejects, so the caller looks at the signal. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.resolve();
  const finish = () => {
    cancel();
    signal?.removeEventListener("abort", finish);
    resolve();
  };
  const cancel = clock.after(delayMs, finish);
  signal?.addEventListener("abort", finish, { once: true });
  return promise;
}
