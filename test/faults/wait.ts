/** Waiting in a run. */
import { setTimeout as pause } from "node:timers/promises";
import type { Place } from "./world.ts";

export { pause };

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
