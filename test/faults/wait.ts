/** Waiting in a run. */
import type { Place } from "./world.ts";

/** For so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Until a condition holds; it goes on after `limitMs` all the same, since what is waited for need not come. */
export async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition() && performance.now() < end) await pause(10);
}

/** Ends what was told until now, and waits until the operator follows again. */
export async function seesAnew({ proxy }: Place, end: () => void): Promise<void> {
  const start = performance.now();
  end();
  await until(() => proxy.followsSince(start), 30_000);
}
