/**
 * The queue between informers and reconciles, with client-go's promises: a key is never handed out twice at once, a key
 * added while it is worked on comes once more afterwards, and none is lost. Source: client-go util/workqueue
 */
import { type Backoff, backoffDelay } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { Request } from "./controller-types.ts";
import { createHeap } from "./heap.ts";
import { keyOf } from "./object.ts";

/** What a live change has. */
export const NORMAL_PRIORITY = 0;
/** What the start-up flood and the resync have: a user's edit overtakes them. */
export const LOW_PRIORITY = -100;

/** controller-runtime's back-off, but at most 5 min, with jitter. */
export const RETRY_BACKOFF: Backoff = { baseMs: 5, maxMs: 300_000 };

/** What a queue needs and tells. */
export interface WorkqueueOptions {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly backoff?: Backoff;
  /** Called when a key became ready; take it now or later. */
  readonly onReady: () => void;
  /** Called once per key that was taken up into the queue. */
  readonly onAdd?: () => void;
}

/** A key that is ready, and since when (monotonic milliseconds). */
export interface Taken {
  readonly request: Request;
  readonly priority: number;
  readonly addedAt: number;
}

/** The queue. */
export interface Workqueue {
  /** Adds a key; when it waits already, the higher priority counts. */
  add(request: Request, priority?: number): void;
  /** Adds a key later; of several such calls the earliest counts, and the highest priority. */
  addAfter(request: Request, delayMs: number, priority?: number): void;
  /** Adds a key after its own back-off, or after `atLeastMs` when that is longer. The delay in milliseconds is returned. */
  addRateLimited(request: Request, priority?: number, atLeastMs?: number): number;
  /** Forgets the failures of a key. */
  forget(request: Request): void;
  /** The next ready key, or undefined; call `done` for it in the end. */
  take(): Taken | undefined;
  done(request: Request): void;
  /** Cancels the timer; nothing is handed out any more. */
  shutDown(): void;
  /** Keys that are ready. */
  readonly depth: number;
}

interface Waiting {
  readonly request: Request;
  priority: number;
  readonly addedAt: number;
  /** The entry in the heap that counts; entries with another number are left over from a lower priority. */
  sequence: number;
}

interface Entry {
  readonly key: string;
  readonly priority: number;
  readonly sequence: number;
}

interface Delayed {
  readonly key: string;
  readonly request: Request;
  readonly dueAt: number;
  readonly priority: number;
}

/** Creates an empty queue. */
export function createWorkqueue(options: WorkqueueOptions): Workqueue {
  return new KeyQueue(options);
}

class KeyQueue implements Workqueue {
  readonly #options: WorkqueueOptions;
  /** Keys that have to be worked on, whether ready or still being worked on. */
  readonly #dirty = new Map<string, Waiting>();
  readonly #processing = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #ready = createHeap<Entry>((a, b) => (a.priority === b.priority ? a.sequence < b.sequence : a.priority > b.priority));
  readonly #due = createHeap<Delayed>((a, b) => a.dueAt < b.dueAt);
  #sequence = 0;
  #depth = 0;
  #stopped = false;
  #timer: { dueAt: number; cancel: () => void } | undefined;

  constructor(options: WorkqueueOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#depth;
  }

  add(request: Request, priority: number = NORMAL_PRIORITY): void {
    if (this.#stopped) return;
    const key = keyOf(request);
    const waiting = this.#dirty.get(key);
    if (waiting === undefined) {
      this.#options.onAdd?.();
      const added: Waiting = { request, priority, addedAt: this.#options.clock.monotonic(), sequence: 0 };
      this.#dirty.set(key, added);
      if (!this.#processing.has(key)) this.#makeReady(key, added);
    } else if (priority > waiting.priority) {
      waiting.priority = priority;
      if (!this.#processing.has(key)) this.#pushEntry(key, waiting);
    }
  }

  addAfter(request: Request, delayMs: number, priority: number = NORMAL_PRIORITY): void {
    if (delayMs <= 0) this.add(request, priority);
    else if (!this.#stopped) this.#addLater(request, delayMs, priority);
  }

  #addLater(request: Request, delayMs: number, priority: number): void {
    const key = keyOf(request);
    const known = this.#delayed.get(key);
    const dueAt = Math.min(this.#options.clock.monotonic() + delayMs, known?.dueAt ?? Number.POSITIVE_INFINITY);
    const delayed: Delayed = { key, request, dueAt, priority: Math.max(priority, known?.priority ?? priority) };
    this.#delayed.set(key, delayed);
    this.#due.push(delayed);
    this.#arm();
  }

  addRateLimited(request: Request, priority: number = NORMAL_PRIORITY, atLeastMs = 0): number {
    const key = keyOf(request);
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const delayMs = Math.max(atLeastMs, backoffDelay(this.#options.backoff ?? RETRY_BACKOFF, failures, this.#options.random()));
    this.addAfter(request, delayMs, priority);
    return delayMs;
  }

  forget(request: Request): void {
    this.#failures.delete(keyOf(request));
  }

  take(): Taken | undefined {
    if (this.#stopped) return undefined;
    for (let entry = this.#ready.pop(); entry !== undefined; entry = this.#ready.pop()) {
      const waiting = this.#dirty.get(entry.key);
      if (waiting === undefined || waiting.sequence !== entry.sequence) continue;
      this.#dirty.delete(entry.key);
      this.#processing.add(entry.key);
      this.#depth--;
      return { request: waiting.request, priority: waiting.priority, addedAt: waiting.addedAt };
    }
    return undefined;
  }

  done(request: Request): void {
    const key = keyOf(request);
    this.#processing.delete(key);
    const waiting = this.#dirty.get(key);
    if (waiting !== undefined) this.#makeReady(key, waiting);
  }

  shutDown(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #makeReady(key: string, waiting: Waiting): void {
    this.#depth++;
    this.#pushEntry(key, waiting);
    this.#options.onReady();
  }

  #pushEntry(key: string, waiting: Waiting): void {
    waiting.sequence = ++this.#sequence;
    this.#ready.push({ key, priority: waiting.priority, sequence: waiting.sequence });
  }

  /** One timer for the earliest due key, however many wait. */
  #arm(): void {
    const next = this.#due.peek();
    if (next === undefined || (this.#timer !== undefined && this.#timer.dueAt <= next.dueAt)) return;
    this.#timer?.cancel();
    const cancel = this.#options.clock.after(next.dueAt - this.#options.clock.monotonic(), () => this.#release());
    this.#timer = { dueAt: next.dueAt, cancel };
  }

  #release(): void {
    this.#timer = undefined;
    const now = this.#options.clock.monotonic();
    for (let next = this.#due.peek(); next !== undefined && next.dueAt <= now; next = this.#due.peek()) {
      this.#due.pop();
      // An earlier call took its place, or it was released already.
      if (this.#delayed.get(next.key) !== next) continue;
      this.#delayed.delete(next.key);
      this.add(next.request, next.priority);
    }
    this.#arm();
  }
}
