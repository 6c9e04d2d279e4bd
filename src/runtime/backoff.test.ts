import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffDelay } from "./backoff.ts";

const backoff = { baseMs: 5, maxMs: 300_000 };

test.each([
  { failures: 0, random: 1, delayMs: 5 },
  { failures: 3, random: 1, delayMs: 40 },
  { failures: 3, random: 0, delayMs: 20 },
  { failures: 16, random: 1, delayMs: 300_000 },
  { failures: 5_000, random: 1, delayMs: 300_000 },
])("after $failures failures and random $random it is $delayMs ms", ({ failures, random, delayMs }) => {
  expect(backoffDelay(backoff, failures, random)).toBe(delayMs);
});

test("it stays between half of the exponential and the limit", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const delayMs = backoffDelay(backoff, failures, random);
      expect(delayMs).toBeGreaterThanOrEqual(Math.min(300_000, 5 * 2 ** failures) / 2);
      expect(delayMs).toBeLessThanOrEqual(300_000);
    }),
  );
});
