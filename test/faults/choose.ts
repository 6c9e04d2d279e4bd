/** A sample that a seed decides. */

/** `count` of the items in their order, all for 0: the same for the same seed. Source of the generator: mulberry32 */
export function choose<T>(items: readonly T[], count: number, seed: number): readonly T[] {
  if (count === 0 || count >= items.length) return items;
  const random = generator(seed);
  const drawn = items.map((_, index) => ({ index, lot: random() })).sort((a, b) => a.lot - b.lot);
  const chosen = new Set(drawn.slice(0, count).map(({ index }) => index));
  return items.filter((_, index) => chosen.has(index));
}

function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
