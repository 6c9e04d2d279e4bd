import { describe, expect, test } from "vitest";
import { ApiError, TerminalError } from "./api-error.ts";
import { type ControllerOptions, createController } from "./controller.ts";
import type { Reconcile } from "./controller-types.ts";
import type { Change } from "./informer-types.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { createManualClock } from "./manual-clock.ts";
import { createMetrics } from "./metrics.ts";
import { type KubernetesObject, nameOf } from "./object.ts";
import { createObjectStore } from "./object-store.ts";

const thing = (name: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { namespace: "n", name, uid: name, resourceVersion: "1" },
});

/** A reconcile that only notes the names. */
function noting(seen: string[]): Reconcile {
  return async ({ name }) => {
    seen.push(name);
    return {};
  };
}

function start(reconcile: Reconcile, options: Partial<ControllerOptions> & { objects?: string[] } = {}) {
  const clock = createManualClock();
  const metrics = createMetrics();
  const store = createObjectStore<KubernetesObject>();
  for (const name of options.objects ?? []) store.set(thing(name));
  const handlers: ((change: Change<KubernetesObject>) => void)[] = [];
  const controller = createController({ name: "things", reconcile, metrics, logger: silentLogger, clock, random: () => 1, ...options });
  controller.watch({ store, onChange: (handler) => void handlers.push(handler) }, ({ object }) => [nameOf(object)], { resync: true });
  const change = (name: string) => {
    const object = thing(name);
    store.set(object);
    for (const handler of handlers) handler({ kind: "modified", object, previous: object });
  };
  const stop = new AbortController();
  controller.start(stop.signal);
  const metric = async (name: string) =>
    (await metrics.registry.getSingleMetricAsString(name))
      .split("\n")
      .filter((line) => !line.startsWith("#"))
      .join("\n");
  return { clock, controller, change, stop, metric };
}

describe("the controller", () => {
  test("reconciles everything there is at its start, and every change", async () => {
    const seen: string[] = [];
    const { clock, change } = start(noting(seen), { objects: ["a", "b"] });
    await clock.advance(0);
    change("c");
    await clock.advance(0);
    expect(seen).toEqual(["a", "b", "c"]);
  });

  test("lets a change overtake the start-up flood", async () => {
    const seen: string[] = [];
    const { clock, change } = start(noting(seen), {
      objects: Array.from({ length: 100 }, (_, index) => `k${index}`),
      concurrency: 1,
    });
    change("k99");
    await clock.advance(0);
    expect(seen[0]).toBe("k99");
  });

  test("runs no more at once than it may, and never one key twice", async () => {
    const gates = new Map<string, PromiseWithResolvers<void>>();
    const { clock, change } = start(
      async ({ name }) => {
        expect(gates.has(name)).toBe(false);
        gates.set(name, Promise.withResolvers());
        await gates.get(name)?.promise;
        gates.delete(name);
        return {};
      },
      { objects: ["a", "b", "c"], concurrency: 2 },
    );
    await clock.advance(0);
    change("a");
    await clock.advance(0);
    expect([...gates.keys()]).toEqual(["a", "b"]);
    gates.get("a")?.resolve();
    await clock.advance(0);
    expect([...gates.keys()]).toEqual(["b", "a"]);
  });

  test("retries a failure with back-off and forgets it after a success", async () => {
    const times: number[] = [];
    const { clock, change, metric } = start(async () => {
      times.push(clock.monotonic());
      if (times.length <= 3) throw new Error("not yet");
      return {};
    });
    change("a");
    await clock.advance(1_000);
    expect(times).toEqual([0, 5, 15, 35]);
    expect(await metric("controller_runtime_reconcile_errors_total")).toContain(" 3");
    expect(await metric("controller_runtime_reconcile_total")).toMatch(/result="success"} 1/);
  });

  test("comes back no sooner than the server asked", async () => {
    const times: number[] = [];
    const { clock, change } = start(async () => {
      times.push(clock.monotonic());
      if (times.length === 1)
        throw new Error("wrapped", { cause: new ApiError({}, { method: "GET", path: "/", code: 429, retryAfterMs: 10_000 }) });
      return {};
    });
    change("a");
    await clock.advance(20_000);
    expect(times).toEqual([0, 12_000]);
  });

  test("does not retry a terminal error until something changes", async () => {
    let runs = 0;
    const { clock, change, metric } = start(async () => {
      runs++;
      throw new TerminalError("wrong for good");
    });
    change("a");
    await clock.advance(300_000);
    expect(runs).toBe(1);
    expect(await metric("controller_runtime_terminal_reconcile_errors_total")).toContain(" 1");
    change("a");
    await clock.advance(0);
    expect(runs).toBe(2);
  });

  test("takes a namespace that is being deleted for no failure, and waits for the next change", async () => {
    const lines: string[] = [];
    const note = (message: string) => void lines.push(message);
    const logger: Logger = { ...silentLogger, info: note, warn: note, error: note, child: () => logger };
    let runs = 0;
    const terminating = { details: { causes: [{ reason: "NamespaceTerminating" }] } };
    const refused = async () => {
      runs++;
      throw new ApiError(terminating, { method: "POST", path: "/", code: 403 });
    };
    const { clock, change, metric } = start(refused, { logger });
    change("a");
    await clock.advance(300_000);
    expect([runs, lines]).toEqual([1, []]);
    expect(await metric("controller_runtime_reconcile_errors_total")).toBe("");
    change("a");
    await clock.advance(0);
    expect(runs).toBe(2);
  });

  test("counts a synchronous defect, survives it and tries again", async () => {
    let runs = 0;
    const { clock, change, metric } = start(() => {
      if (++runs === 1) (undefined as unknown as () => void)();
      return Promise.resolve({});
    });
    change("a");
    await clock.advance(100);
    expect(runs).toBe(2);
    expect(await metric("controller_runtime_reconcile_panics_total")).toContain(" 1");
  });

  test("aborts a reconcile that hangs, and does not wait for it for ever", async () => {
    const signals: AbortSignal[] = [];
    const { clock, change, metric } = start((_, signal) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise(() => {}) : Promise.resolve({});
    });
    change("a");
    await clock.advance(120_000);
    expect(signals[0]?.aborted).toBe(true);
    await clock.advance(60_000);
    expect(signals).toHaveLength(2);
    expect(await metric("controller_runtime_reconcile_timeouts_total")).toContain(" 1");
  });

  test("runs again when the reconcile asked for it, and every ten minutes anyway", async () => {
    const times: number[] = [];
    const asksOnce = async () => (times.push(clock.monotonic()) === 1 ? { requeueAfterMs: 60_000 } : {});
    const { clock } = start(asksOnce, { objects: ["a"] });
    await clock.advance(1_300_000);
    expect(times).toEqual([0, 60_000, 660_000, 1_260_000]);
  });

  test("starts nothing new after its signal aborted, and tells when the last one ended", async () => {
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const { clock, change, stop, controller } = start(async () => {
      runs++;
      await gate.promise;
      return {};
    });
    change("a");
    await clock.advance(0);
    stop.abort();
    change("b");
    await clock.advance(0);
    let drained = false;
    const draining = controller.drained().then(() => {
      drained = true;
    });
    await clock.advance(0);
    expect([runs, drained]).toEqual([1, false]);
    gate.resolve();
    await draining;
    await clock.advance(700_000);
    expect(runs).toBe(1);
  });

  test("one key that always fails delays no other", async () => {
    const good: string[] = [];
    const { clock, change } = start(
      async ({ name }) => {
        if (name === "bad") throw new Error("always");
        good.push(name);
        return {};
      },
      { concurrency: 1 },
    );
    change("bad");
    for (let index = 0; index < 50; index++) change(`k${index}`);
    for (let turn = 0; turn < 60; turn++) await clock.advance(0);
    expect(good).toHaveLength(50);
  });

  test("gives the event loop its turn between reconciles that never wait", async () => {
    let done = 0;
    const count = async () => {
      done++;
      return {};
    };
    start(count, { objects: Array.from({ length: 1_000 }, (_, index) => `k${index}`) });
    let turns = 0;
    for (; done < 1_000; turns++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(turns).toBeGreaterThan(90);
  });
});
