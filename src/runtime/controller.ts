/** Takes keys from a queue and reconciles them: retries, deadlines, metrics and logs have their one place here. */
import { isConflict } from "./api-error.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Reconcile, Request } from "./controller-types.ts";
import type { Informer } from "./informer.ts";
import type { Change } from "./informer-types.ts";
import type { Logger } from "./logger.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import { type KubernetesObject, nameOf } from "./object.ts";
import { judge, judgeError, type Outcome } from "./reconcile-outcome.ts";
import { createWorkqueue, LOW_PRIORITY, type Taken, type Workqueue } from "./workqueue.ts";

/** What a controller needs. */
export interface ControllerOptions {
  readonly name: string;
  /** Most reconciles at once, 10 by default; never two of the same key. */
  readonly concurrency?: number;
  readonly reconcile: Reconcile;
  readonly metrics: RuntimeMetrics;
  readonly logger: Logger;
  /** Every object of a source with `resync` comes again after about this time, 10 min by default; 0: never. */
  readonly resyncMs?: number;
  /** A reconcile's signal aborts after this time, 2 min by default. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

/** How to listen to an informer. */
export interface SourceOptions<T extends KubernetesObject> {
  /** Changes for which it is false are ignored. */
  readonly predicate?: (change: Change<T>) => boolean;
  /** Whether its objects come again every `resyncMs`: for the kind that the controller is about. */
  readonly resync?: boolean;
}

/** Runs a reconcile for every key that its sources name. */
export interface Controller {
  readonly name: string;
  watch<T extends KubernetesObject>(
    informer: Pick<Informer<T>, "store" | "onChange">,
    handler: (change: Change<T>) => readonly Request[],
    options?: SourceOptions<T>,
  ): void;
  /** Asks for a reconcile now, or after `delayMs`. Ignored before `start` and after its signal aborted. */
  enqueue(request: Request, delayMs?: number): void;
  /** Starts working, first on everything that the sources hold (live changes overtake it). */
  start(signal: AbortSignal): void;
  /** Brings the gauges up to date, before a scrape. */
  measure(): void;
  /** Resolves when no reconcile runs any more; call it after the signal of `start` aborted. */
  drained(): Promise<void>;
}

/** Longer than this without a turn of the event loop delays lease renewals and probes. Measured: 55 ms without it. */
const TURN_MS = 8;
/** After its signal aborted, a reconcile that still has not ended is given up: every request of ours ends within 30 s. */
const ABANDON_MS = 35_000;

/** Creates a controller; nothing happens before `start`. */
export function createController(options: ControllerOptions): Controller {
  return new QueueController({
    concurrency: 10,
    resyncMs: 600_000,
    timeoutMs: 120_000,
    clock: systemClock,
    random: Math.random,
    ...options,
  });
}

interface Source {
  readonly resync: boolean;
  requests(): readonly Request[];
}

class QueueController implements Controller {
  readonly name: string;
  readonly #options: Required<ControllerOptions>;
  readonly #queue: Workqueue;
  readonly #sources: Source[] = [];
  readonly #startedAt = new Map<Taken, number>();
  #signal: AbortSignal | undefined;
  #reconcileId = 0;
  #pumpAsked = false;
  #idle = Promise.withResolvers<void>();

  constructor(options: Required<ControllerOptions>) {
    this.name = options.name;
    this.#options = options;
    const labels = { name: options.name, controller: options.name };
    const onAdd = () => options.metrics.queueAdds.inc(labels);
    this.#queue = createWorkqueue({ clock: options.clock, random: options.random, onReady: () => this.#askForPump(), onAdd });
  }

  watch<T extends KubernetesObject>(
    informer: Pick<Informer<T>, "store" | "onChange">,
    handler: (change: Change<T>) => readonly Request[],
    source: SourceOptions<T> = {},
  ): void {
    const { predicate = () => true } = source;
    informer.onChange((change) => {
      if (this.#signal === undefined || !predicate(change)) return;
      for (const request of handler(change)) this.#queue.add(request);
    });
    const { logger } = this.#options;
    const requestsOf = (object: T): readonly Request[] => {
      try {
        return handler({ kind: "added", object, previous: undefined });
      } catch (error) {
        logger.error("handler of a controller failed", { controller: this.name, ...nameOf(object), error });
        return [];
      }
    };
    this.#sources.push({
      resync: source.resync === true,
      requests: () => informer.store.list().flatMap(requestsOf),
    });
  }

  enqueue(request: Request, delayMs = 0): void {
    if (this.#signal !== undefined) this.#queue.addAfter(request, delayMs);
  }

  start(signal: AbortSignal): void {
    if (signal.aborted) return;
    const { metrics, concurrency } = this.#options;
    this.#signal = signal;
    metrics.maxConcurrent.set({ controller: this.name }, concurrency);
    signal.addEventListener("abort", () => this.#queue.shutDown(), { once: true });
    for (const source of this.#sources) for (const request of source.requests()) this.#queue.add(request, LOW_PRIORITY);
    this.#scheduleResync(signal);
  }

  async drained(): Promise<void> {
    while (this.#startedAt.size > 0) await this.#idle.promise;
  }

  #scheduleResync(signal: AbortSignal): void {
    const { clock, random, resyncMs } = this.#options;
    if (resyncMs <= 0 || signal.aborted) return;
    const cancel = clock.after(resyncMs * (0.9 + 0.1 * random()), () => {
      signal.removeEventListener("abort", cancel);
      this.#resync();
      this.#scheduleResync(signal);
    });
    signal.addEventListener("abort", cancel, { once: true });
  }

  /** Spread over a tenth of the period, so that a thousand objects make a murmur and not a bang. */
  #resync(): void {
    const { random, resyncMs } = this.#options;
    for (const source of this.#sources.filter(({ resync }) => resync)) {
      for (const request of source.requests()) this.#queue.addAfter(request, random() * 0.1 * resyncMs, LOW_PRIORITY);
    }
  }

  /** One macrotask for however many keys became ready; also the point where the event loop gets its turn. */
  #askForPump(): void {
    if (this.#pumpAsked) return;
    this.#pumpAsked = true;
    setImmediate(() => {
      this.#pumpAsked = false;
      this.#pump();
    });
  }

  #pump(): void {
    const { concurrency, clock } = this.#options;
    const turnEnds = clock.monotonic() + TURN_MS;
    while (this.#startedAt.size < concurrency) {
      if (clock.monotonic() >= turnEnds) {
        this.#askForPump();
        break;
      }
      const taken = this.#queue.take();
      if (taken === undefined) break;
      void this.#work(taken);
    }
    this.measure();
  }

  async #work(taken: Taken): Promise<void> {
    const { clock, metrics, logger } = this.#options;
    const labels = { name: this.name, controller: this.name };
    const start = clock.monotonic();
    this.#startedAt.set(taken, start);
    metrics.queueSeconds.observe(labels, (start - taken.addedAt) / 1000);
    const log = logger.child({
      controller: this.name,
      namespace: taken.request.namespace,
      name: taken.request.name,
      reconcileId: ++this.#reconcileId,
    });
    const outcome = await this.#attempt(taken.request);
    const seconds = (clock.monotonic() - start) / 1000;
    metrics.reconcileSeconds.observe({ controller: this.name }, seconds);
    metrics.workSeconds.observe(labels, seconds);
    this.#conclude(taken, outcome, log);
    this.#queue.done(taken.request);
    this.#startedAt.delete(taken);
    if (this.#startedAt.size === 0) {
      this.#idle.resolve();
      this.#idle = Promise.withResolvers<void>();
    }
    this.#askForPump();
  }

  /** Never rejects. */
  async #attempt(request: Request): Promise<Outcome> {
    const { clock, timeoutMs, reconcile } = this.#options;
    const deadline = new AbortController();
    const abandoned = Promise.withResolvers<Outcome>();
    const timers = [
      clock.after(timeoutMs, () => deadline.abort(new Error(`the reconcile ran for ${timeoutMs} ms`))),
      clock.after(timeoutMs + ABANDON_MS, () =>
        abandoned.resolve({ kind: "timeout", error: new Error("the reconcile did not end after its signal aborted") }),
      ),
    ];
    const signal = AbortSignal.any([this.#signal as AbortSignal, deadline.signal]);
    const attempt = async (): Promise<Outcome> => {
      try {
        return judge(await reconcile(request, signal));
      } catch (error) {
        return deadline.signal.aborted ? { kind: "timeout", error } : judgeError(error, this.#signal?.aborted === true);
      }
    };
    const outcome = await Promise.race([attempt(), abandoned.promise]);
    for (const cancel of timers) cancel();
    return outcome;
  }

  /** The one place where log, metric and requeue meet. */
  #conclude(taken: Taken, outcome: Outcome, log: Logger): void {
    const { request } = taken;
    switch (outcome.kind) {
      case "success":
      case "requeue":
      case "namespace-terminating": {
        const result = outcome.kind === "requeue" ? "requeue_after" : "success";
        this.#options.metrics.reconcileTotal.inc({ controller: this.name, result });
        this.#queue.forget(request);
        if (outcome.kind === "requeue") this.#queue.addAfter(request, outcome.afterMs);
        break;
      }
      case "stopped":
        log.debug("reconcile stopped", { error: outcome.error });
        break;
      case "terminal":
        this.#countError("terminal");
        this.#queue.forget(request);
        log.error("reconcile failed, waiting for a change", { error: outcome.error });
        break;
      case "retry":
      case "panic":
      case "timeout":
        this.#countError(outcome.kind);
        this.#retry(taken, outcome, log);
        break;
      default:
        outcome satisfies never;
    }
  }

  #retry(taken: Taken, outcome: Outcome & { readonly error: unknown }, log: Logger): void {
    const { metrics, random } = this.#options;
    const atLeastMs = outcome.kind === "retry" ? outcome.atLeastMs * (1 + 0.2 * random()) : 0;
    const retryMs = this.#queue.addRateLimited(taken.request, taken.priority, atLeastMs);
    metrics.queueRetries.inc({ name: this.name, controller: this.name });
    // Another writer came first: that is how optimistic locking works, and no news for anybody.
    log[isConflict(outcome.error) ? "info" : "error"]("reconcile failed", { error: outcome.error, retryMs: Math.round(retryMs) });
  }

  #countError(kind: "terminal" | "retry" | "panic" | "timeout"): void {
    const { metrics } = this.#options;
    const controller = { controller: this.name };
    metrics.reconcileTotal.inc({ ...controller, result: "error" });
    metrics.reconcileErrors.inc(controller);
    if (kind === "terminal") metrics.terminalErrors.inc(controller);
    if (kind === "panic") metrics.reconcilePanics.inc(controller);
    if (kind === "timeout") metrics.reconcileTimeouts.inc(controller);
  }

  measure(): void {
    const { metrics, clock } = this.#options;
    const labels = { name: this.name, controller: this.name };
    const ages = [...this.#startedAt.values()].map((start) => (clock.monotonic() - start) / 1000);
    metrics.queueDepth.set(labels, this.#queue.depth);
    metrics.activeWorkers.set({ controller: this.name }, ages.length);
    metrics.unfinishedSeconds.set(
      labels,
      ages.reduce((sum, age) => sum + age, 0),
    );
    metrics.longestRunningSeconds.set(labels, Math.max(0, ...ages));
  }
}
