/** A clock for tests: time moves only when it is told to. */
import type { Clock } from "./clock.ts";
import { createHeap } from "./heap.ts";

/** A clock and the means to move it. */
export interface ManualClock extends Clock {
  /** Moves time by `ms` and runs what became due, in order; between two timers pending promises are settled. */
  advance(ms: number): Promise<void>;
  /** Timers that wait. */
  readonly timers: number;
}

/** A clock that starts at `startMs` of wall time. */
export function createManualClock(startMs: number = Date.UTC(2026, 0, 1)): ManualClock {
  const timers = createHeap<{ at: number; sequence: number; run: () => void }>((a, b) =>
    a.at === b.at ? a.sequence < b.sequence : a.at < b.at,
  );
  const waiting = new Set<number>();
  let elapsed = 0;
  let sequence = 0;
  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    after: (delayMs, run) => {
      const id = ++sequence;
      waiting.add(id);
      timers.push({ at: elapsed + Math.max(delayMs, 0), sequence: id, run: () => waiting.delete(id) && run() });
      return () => void waiting.delete(id);
    },
    advance: async (ms) => {
      const end = elapsed + ms;
      await settle();
      for (let next = timers.peek(); next !== undefined && next.at <= end; next = timers.peek()) {
        timers.pop();
        elapsed = next.at;
        next.run();
        await settle();
      }
      elapsed = end;
    },
    get timers() {
      return waiting.size;
    },
  };
}

/** Two turns of the event loop: promises, and what was put off by setImmediate. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
