/** A sample that a seed decides. */
import fc from "fast-check";

/** `count` of the items in their order, all for 0: the same for the same seed. */
export function choose<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  if (count === 0 || count >= items.length) return items;
  const [chosen = []] = fc.sample(fc.subarray([...items], { minLength: count, maxLength: count }), { numRuns: 1, seed });
  return chosen;
}
