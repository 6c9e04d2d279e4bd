import { describe, expect, test } from "vitest";
import { ApiError, NotLeaderError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { fence } from "./fence.ts";
import { alwaysLeader, createLeaderElector } from "./leader-election.ts";
import { silentLogger } from "./logger.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import type { KubernetesObject } from "./object.ts";

const NAME = { namespace: "n", name: "lock" };

/** A Lease with optimistic locking, which can be cut off. The real one is in test/contract. */
function createLeaseServer() {
  let lease: (KubernetesObject & { spec: Record<string, unknown> }) | undefined;
  let version = 0;
  const store = (spec: Record<string, unknown>) => {
    lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { ...NAME, resourceVersion: String(++version) }, spec };
    return lease;
  };
  const fail = (code: number, reason: string) => Promise.reject(new ApiError({ reason }, { method: "X", path: "/lease", code }));
  const clientOf = (link: { up: boolean }) =>
    ({
      get: () => (!link.up ? fail(500, "Cut") : lease === undefined ? fail(404, "NotFound") : Promise.resolve(lease)),
      create: (_: unknown, object: { spec: Record<string, unknown> }) =>
        !link.up ? fail(500, "Cut") : lease === undefined ? Promise.resolve(store(object.spec)) : fail(409, "AlreadyExists"),
      mergePatch: (_: unknown, __: unknown, patch: { metadata: { resourceVersion: string }; spec: Record<string, unknown> }) => {
        if (!link.up) return fail(500, "Cut");
        if (patch.metadata.resourceVersion !== lease?.metadata.resourceVersion) return fail(409, "Conflict");
        return Promise.resolve(store({ ...lease.spec, ...patch.spec }));
      },
    }) as unknown as Client;
  return { clientOf, holder: () => lease?.spec["holderIdentity"], spec: () => lease?.spec };
}

function candidate(server: ReturnType<typeof createLeaseServer>, identity: string, clock: ManualClock, random = () => 0) {
  const link = { up: true };
  const stop = new AbortController();
  const elector = createLeaderElector(server.clientOf(link), { lease: NAME, identity, logger: silentLogger, clock, random });
  return { link, elector, stop, acquired: elector.acquire(stop.signal) };
}

describe("leader election", () => {
  test("one of two leads, and the other follows at once when the lease is released", async () => {
    const [server, clock] = [createLeaseServer(), createManualClock()];
    const a = candidate(server, "a", clock);
    await a.acquired;
    const b = candidate(server, "b", clock);
    await clock.advance(60_000);
    expect([a.elector.isLeader(), b.elector.isLeader(), server.holder()]).toEqual([true, false, "a"]);
    await a.elector.release();
    await clock.advance(2_000);
    expect([a.elector.isLeader(), b.elector.isLeader(), server.holder()]).toEqual([false, true, "b"]);
    expect(server.spec()).toMatchObject({ leaseTransitions: 1 });
  });

  test("a leader that is cut off stops before the other one starts, whatever the order of their clocks", async () => {
    const [server, clock] = [createLeaseServer(), createManualClock()];
    const a = candidate(server, "a", clock);
    await a.acquired;
    const b = candidate(server, "b", clock);
    await clock.advance(30_000);
    a.link.up = false;
    let overlap = 0;
    let gap = 0;
    for (; !b.elector.isLeader() && gap < 60_000; gap += 100) {
      await clock.advance(100);
      if (a.elector.isLeader() && b.elector.isLeader()) overlap++;
    }
    expect(overlap).toBe(0);
    expect(a.elector.lost.aborted).toBe(true);
    expect(gap).toBeGreaterThan(10_000);
    expect(gap).toBeLessThanOrEqual(17_000);
  });

  test.each([0, 0.999])(
    "whoever waits takes a released lease within a second, and a dead leader's within 17 s; its jitter is %d",
    async (jitter) => {
      const [server, clock] = [createLeaseServer(), createManualClock()];
      const a = candidate(server, "a", clock);
      await a.acquired;
      const b = candidate(server, "b", clock, () => jitter);
      await clock.advance(30_000);
      await a.elector.release();
      await clock.advance(1_000);
      expect(b.elector.isLeader()).toBe(true);
      const c = candidate(server, "c", clock, () => jitter);
      await clock.advance(31_999);
      b.link.up = false;
      // The last renewal was just sent, at worst; and the one who waits may have looked just before.
      await clock.advance(17_000);
      expect(c.elector.isLeader()).toBe(true);
    },
  );

  test("a leader that was paused refuses to write when it wakes up, before any timer ran", async () => {
    const [server, clock] = [createLeaseServer(), createManualClock()];
    const paused = { ...clock, skipped: 0 };
    paused.monotonic = () => clock.monotonic() + paused.skipped;
    const a = candidate(server, "a", paused);
    await a.acquired;
    expect(a.elector.isLeader()).toBe(true);
    paused.skipped = 12_000;
    expect(a.elector.lost.aborted).toBe(false);
    expect(a.elector.isLeader()).toBe(false);
    const client = fence(server.clientOf({ up: true }), a.elector);
    await expect(client.mergePatch({} as never, NAME, {})).rejects.toBeInstanceOf(NotLeaderError);
    await expect(client.get({} as never, NAME)).resolves.toBeDefined();
  });

  test("a leader whose lease somebody took stops at once", async () => {
    const [server, clock] = [createLeaseServer(), createManualClock()];
    const a = candidate(server, "a", clock);
    await a.acquired;
    const thief = server.clientOf({ up: true });
    const lease = await thief.get({} as never, NAME);
    await thief.mergePatch({} as never, NAME, {
      metadata: { resourceVersion: lease.metadata.resourceVersion },
      spec: { holderIdentity: "thief" },
    });
    await clock.advance(4_000);
    expect(a.elector.lost.aborted).toBe(true);
  });

  test("a wall clock that jumps changes nothing", async () => {
    const [server, clock] = [createLeaseServer(), createManualClock()];
    const a = candidate(server, "a", clock);
    await a.acquired;
    const ahead = { ...clock, now: () => clock.now() + 3_600_000 };
    const b = candidate(server, "b", ahead);
    await clock.advance(60_000);
    expect([a.elector.isLeader(), b.elector.isLeader()]).toEqual([true, false]);
    b.stop.abort();
  });

  test("a single replica needs no lease", async () => {
    const elector = alwaysLeader();
    await elector.acquire(new AbortController().signal);
    expect(elector.isLeader()).toBe(true);
  });
});
