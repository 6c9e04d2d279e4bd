/** Starts everything in the right order, serves probes and metrics, and stops everything in the right order. */
import { type Clock, sleep, systemClock } from "./clock.ts";
import type { Controller } from "./controller.ts";
import { type Address, type ListeningServer, type Routes, serve } from "./http-server.ts";
import type { LeaderElector } from "./leader-election.ts";
import type { Logger } from "./logger.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import type { ResourceType } from "./object.ts";

/** Something else that runs with the manager, e.g. a webhook server. It ends when `signal` aborts; a throw ends the manager. */
export interface Runnable {
  readonly name: string;
  /** Whether it runs only on the leader, or on every replica from the start. */
  readonly needsLease: boolean;
  run(signal: AbortSignal): Promise<void>;
}

/** The part of an informer that the manager uses, whatever its kind. */
export interface ManagedInformer {
  readonly type: ResourceType;
  start(signal: AbortSignal): Promise<void>;
  synced(): boolean;
  readonly lastActivity: number;
}

/** What the manager starts. */
export interface ManagerOptions {
  readonly informers: readonly ManagedInformer[];
  readonly controllers: readonly Controller[];
  readonly runnables?: readonly Runnable[];
  readonly elector: LeaderElector;
  readonly logger: Logger;
  readonly metrics: RuntimeMetrics;
  /** `/healthz` and `/readyz`; absent: not served. */
  readonly probes?: Address;
  /** `/metrics`; absent: not served. */
  readonly metricsAddress?: Address;
  /** Called at once when the lease is lost: cut what may still be on its way to the API server (`close` of the client). */
  readonly onLeaseLost?: () => void;
  readonly clock?: Clock;
  /** The caches must be full within this time, 2 min by default. */
  readonly syncTimeoutMs?: number;
  /** Running reconciles get this long to end, 25 s by default (a pod has 30 s). */
  readonly drainTimeoutMs?: number;
}

/** How a run ended: a process exits with 0 only for `stopped`. */
export type RunResult =
  | { readonly kind: "stopped" }
  | { readonly kind: "lease-lost" }
  | { readonly kind: "failed"; readonly error: unknown };

/** Runs a process. */
export interface Manager {
  /** Runs until `signal` aborts or something essential fails; never rejects. */
  run(signal: AbortSignal): Promise<RunResult>;
  /** The ports that are really listened on, once the run has begun. */
  readonly ports: { readonly probes: number | undefined; readonly metrics: number | undefined };
}

/** Not ready when a watch gave no sign of life for so long (bookmarks come every minute). */
const STALE_MS = 300_000;

/** Creates a manager; nothing happens before `run`. */
export function createManager(options: ManagerOptions): Manager {
  const full = { clock: systemClock, syncTimeoutMs: 120_000, drainTimeoutMs: 25_000, runnables: [], ...options };
  const servers: { probes?: ListeningServer; metrics?: ListeningServer } = {};
  return {
    get ports() {
      return { probes: servers.probes?.port, metrics: servers.metrics?.port };
    },
    run: async (signal) => {
      try {
        if (full.probes !== undefined) servers.probes = await serve(full.probes, probeRoutes(full));
        if (full.metricsAddress !== undefined) servers.metrics = await serve(full.metricsAddress, metricsRoutes(full));
        return await runUntilStopped(full, signal);
      } catch (error) {
        full.logger.error("manager failed", { error });
        return { kind: "failed", error };
      } finally {
        await Promise.all([servers.probes?.close(), servers.metrics?.close()]);
      }
    },
  };
}

type Full = ManagerOptions & Required<Pick<ManagerOptions, "clock" | "syncTimeoutMs" | "drainTimeoutMs" | "runnables">>;

/** The order is the promise: caches before the lease, so that a standby is warm; the lease before the first reconcile. */
async function runUntilStopped(options: Full, signal: AbortSignal): Promise<RunResult> {
  const { elector, logger, controllers } = options;
  const failed = new AbortController();
  const work = AbortSignal.any([signal, elector.lost, failed.signal]);
  const caches = new AbortController();
  try {
    const runnables = [runAll(options, { needsLease: false, signal: work, failed })];
    await syncCaches(options, { caches: caches.signal, work });
    if (!work.aborted) await elector.acquire(work);
    if (!work.aborted) {
      for (const controller of controllers) controller.start(work);
      runnables.push(runAll(options, { needsLease: true, signal: work, failed }));
      logger.info("controllers started", { controllers: controllers.map(({ name }) => name) });
      await aborted(work);
    }
    if (elector.lost.aborted) {
      // Not one more request: somebody else may be working already.
      options.onLeaseLost?.();
      return { kind: "lease-lost" };
    }
    await drain(options, runnables);
    await elector.release();
    return failed.signal.aborted ? { kind: "failed", error: failed.signal.reason } : { kind: "stopped" };
  } finally {
    caches.abort();
  }
}

async function syncCaches(options: Full, signals: { caches: AbortSignal; work: AbortSignal }): Promise<void> {
  const { informers, clock, syncTimeoutMs, logger } = options;
  const start = clock.monotonic();
  const timer = new AbortController();
  const timeout = sleep(clock, syncTimeoutMs, AbortSignal.any([timer.signal, signals.work]));
  await Promise.race([Promise.all(informers.map((informer) => informer.start(signals.caches))), timeout]);
  timer.abort();
  const missing = informers.filter((informer) => !informer.synced()).map(({ type }) => type.kind);
  if (signals.work.aborted) return;
  if (missing.length > 0)
    throw new Error(
      `no objects of ${missing.join(", ")} within ${syncTimeoutMs} ms: is the API server there, and does RBAC allow list and watch?`,
    );
  logger.info("caches synced", { kinds: informers.map(({ type }) => type.kind), tookMs: Math.round(clock.monotonic() - start) });
}

function runAll(options: Full, run: { needsLease: boolean; signal: AbortSignal; failed: AbortController }): Promise<unknown> {
  const chosen = options.runnables.filter(({ needsLease }) => needsLease === run.needsLease);
  return Promise.all(
    chosen.map(async (runnable) => {
      try {
        await runnable.run(run.signal);
      } catch (error) {
        options.logger.error("runnable failed", { runnable: runnable.name, error });
        run.failed.abort(error);
      }
    }),
  );
}

async function drain(options: Full, runnables: readonly Promise<unknown>[]): Promise<void> {
  const { clock, drainTimeoutMs, controllers, logger } = options;
  const timer = new AbortController();
  const drained = Promise.all([...controllers.map((controller) => controller.drained()), ...runnables]).then(() => true);
  const late = sleep(clock, drainTimeoutMs, timer.signal).then(() => false);
  const inTime = await Promise.race([drained, late]);
  timer.abort();
  if (!inTime) logger.warn("stopping with reconciles still running", { drainTimeoutMs });
}

function probeRoutes(options: Full): Routes {
  return {
    // Only a dead event loop fails this: a restart heals neither an API server nor anything else that is gone.
    "/healthz": () => ({ status: 200, body: "ok\n" }),
    "/readyz": () => {
      const unready = options.informers.filter(
        (informer) => !informer.synced() || options.clock.monotonic() - informer.lastActivity > STALE_MS,
      );
      return unready.length === 0
        ? { status: 200, body: "ok\n" }
        : { status: 503, body: `not following: ${unready.map(({ type }) => type.kind).join(", ")}\n` };
    },
  };
}

function metricsRoutes({ metrics, controllers }: Full): Routes {
  return {
    "/metrics": async () => {
      for (const controller of controllers) controller.measure();
      return { status: 200, body: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}
