/** A binary heap. */

/** Gives the smallest item first, by `isBefore`. */
export interface Heap<T> {
  push(item: T): void;
  pop(): T | undefined;
  peek(): T | undefined;
  readonly size: number;
}

/** Creates an empty heap; push and pop cost log n. */
export function createHeap<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const swapIfBefore = (child: number, parent: number) => {
    const a = items[child] as T;
    const b = items[parent] as T;
    if (!isBefore(a, b)) return false;
    items[child] = b;
    items[parent] = a;
    return true;
  };
  const siftDown = () => {
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      if (left >= items.length) return;
      const right = left + 1;
      const child = right < items.length && isBefore(items[right] as T, items[left] as T) ? right : left;
      if (!swapIfBefore(child, parent)) return;
      parent = child;
    }
  };
  return {
    push: (item) => {
      items.push(item);
      for (let child = items.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (!swapIfBefore(child, parent)) return;
        child = parent;
      }
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0) {
        items[0] = last as T;
        siftDown();
      }
      return first;
    },
    peek: () => items[0],
    get size() {
      return items.length;
    },
  };
}
