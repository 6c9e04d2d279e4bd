import { get } from "node:http";
import { describe, expect, test } from "vitest";
import type { Controller } from "./controller.ts";
import type { LeaderElector } from "./leader-election.ts";
import { silentLogger } from "./logger.ts";
import { createManager, type ManagerOptions } from "./manager.ts";
import { createManualClock } from "./manual-clock.ts";
import { createMetrics } from "./metrics.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

function start(options: Partial<ManagerOptions> = {}) {
  const clock = createManualClock();
  const log: string[] = [];
  const gates = { sync: Promise.withResolvers<void>(), lease: Promise.withResolvers<void>(), drain: Promise.withResolvers<void>() };
  const lost = new AbortController();
  let synced = false;
  void gates.sync.promise.then(() => {
    synced = true;
  });
  const note = <R>(what: string, result: R): R => {
    log.push(what);
    return result;
  };
  const informer = {
    type: { apiVersion: "v1", kind: "Thing", plural: "things", namespaced: true },
    start: () => note("informer starts", gates.sync.promise),
    synced: () => synced,
    lastActivity: 0,
  };
  const controller: Controller = {
    name: "things",
    watch: () => {},
    enqueue: () => {},
    measure: () => {},
    start: () => note("controller starts", undefined),
    drained: () => note("draining", gates.drain.promise),
  };
  const elector: LeaderElector = {
    isLeader: () => true,
    acquire: () => note("wants the lease", gates.lease.promise),
    lost: lost.signal,
    release: () => note("releases the lease", Promise.resolve()),
  };
  const stop = new AbortController();
  const base = { informers: [informer], controllers: [controller], elector, logger: silentLogger, metrics: createMetrics(), clock };
  const manager = createManager({ ...base, onLeaseLost: () => log.push("cut"), ...options });
  return { clock, log, gates, lost, stop, manager, result: manager.run(stop.signal) };
}

async function until(condition: () => unknown): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}

function status(port: number | undefined, path: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get({ host: LOOPBACK.host, port, path, agent: false }, (response) => resolve(response.resume().statusCode)).on("error", reject);
  return promise;
}

describe("the manager", () => {
  test("fills the caches, then gets the lease, then works; stops work before it gives the lease away", async () => {
    const { clock, log, gates, stop, result } = start();
    await clock.advance(0);
    expect(log).toEqual(["informer starts"]);
    gates.sync.resolve();
    await clock.advance(0);
    expect(log.at(-1)).toBe("wants the lease");
    gates.lease.resolve();
    await clock.advance(0);
    expect(log.at(-1)).toBe("controller starts");
    stop.abort();
    await clock.advance(0);
    expect(log.at(-1)).toBe("draining");
    gates.drain.resolve();
    expect(await result).toEqual({ kind: "stopped" });
    expect(log.at(-1)).toBe("releases the lease");
    expect(clock.timers).toBe(0);
  });

  test("does not wait for ever for a reconcile that does not end", async () => {
    const { clock, gates, stop, result } = start();
    gates.sync.resolve();
    gates.lease.resolve();
    await clock.advance(0);
    stop.abort();
    await clock.advance(25_000);
    expect(await result).toEqual({ kind: "stopped" });
  });

  test("cuts everything and drains nothing when the lease is lost", async () => {
    const { clock, gates, lost, log, result } = start();
    gates.sync.resolve();
    gates.lease.resolve();
    await clock.advance(0);
    lost.abort();
    expect(await result).toEqual({ kind: "lease-lost" });
    expect(log.slice(-2)).toEqual(["controller starts", "cut"]);
  });

  test("fails and names the kind when the caches do not fill", async () => {
    const { clock, result } = start();
    await clock.advance(120_000);
    expect(await result).toMatchObject({ kind: "failed", error: { message: expect.stringContaining("no objects of Thing") } });
  });

  test("ends when something that runs beside it fails", async () => {
    const error = new Error("port taken");
    const { gates, result } = start({ runnables: [{ name: "webhook", needsLease: false, run: () => Promise.reject(error) }] });
    gates.sync.resolve();
    gates.drain.resolve();
    expect(await result).toEqual({ kind: "failed", error });
  });

  test("is alive at once, ready when the caches are full, and not ready when nothing was heard for minutes", async () => {
    const { clock, gates, stop, manager, result } = start({ probes: LOOPBACK, metricsAddress: LOOPBACK });
    await until(() => manager.ports.metrics);
    const { probes, metrics } = manager.ports;
    expect([await status(probes, "/healthz"), await status(probes, "/readyz")]).toEqual([200, 503]);
    gates.sync.resolve();
    await clock.advance(0);
    expect(await status(probes, "/readyz")).toBe(200);
    await clock.advance(300_001);
    expect([await status(probes, "/healthz"), await status(probes, "/readyz")]).toEqual([200, 503]);
    expect([await status(metrics, "/metrics"), await status(metrics, "/healthz")]).toEqual([200, 404]);
    gates.lease.resolve();
    gates.drain.resolve();
    stop.abort();
    expect(await result).toEqual({ kind: "stopped" });
  });
});
