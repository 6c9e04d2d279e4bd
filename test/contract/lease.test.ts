import { describe, expect, onTestFinished, test } from "vitest";
import { ConnectionError, NotLeaderError } from "../../src/runtime/api-error.ts";
import type { Client } from "../../src/runtime/client.ts";
import { fence } from "../../src/runtime/fence.ts";
import { createLeaderElector, LEASE } from "../../src/runtime/leader-election.ts";
import { silentLogger } from "../../src/runtime/logger.ts";
import { CONFIG_MAP, newClient, newNamespace, newProxiedConnection, until } from "./api-server.ts";

/** The proportions of the defaults, five times as fast. */
const FAST = { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 400 };

function candidate(client: Client, namespace: string, identity: string) {
  const stop = new AbortController();
  const elector = createLeaderElector(client, { lease: { namespace, name: "lock" }, identity, logger: silentLogger, ...FAST });
  const acquired = elector.acquire(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await elector.release();
  });
  return { elector, acquired, stop };
}

describe("leader election by a Lease", () => {
  test("one of two leads; the other follows at once after a release", async () => {
    const { client, namespace } = await newNamespace();
    const both = [candidate(client, namespace, "a"), candidate(client, namespace, "b")];
    await Promise.race(both.map(({ acquired }) => acquired));
    const [leader, other] = both[0]?.elector.isLeader() ? both : both.toReversed();
    await until("the lease was renewed a few times", async () => {
      const lease = await client.get<{ spec?: { renewTime?: string; acquireTime?: string } } & Parameters<Client["create"]>[1]>(LEASE, {
        namespace,
        name: "lock",
      });
      expect(other?.elector.isLeader()).toBe(false);
      return Date.parse(lease.spec?.renewTime ?? "") - Date.parse(lease.spec?.acquireTime ?? "") > FAST.leaseDurationMs;
    });
    expect(leader?.elector.isLeader()).toBe(true);
    await leader?.elector.release();
    const start = performance.now();
    await other?.acquired;
    expect(performance.now() - start).toBeLessThan(FAST.leaseDurationMs);
    expect([leader?.elector.isLeader(), other?.elector.isLeader()]).toEqual([false, true]);
  });

  test.each(["cut off", "left without answers"])("a leader that is %s stops writing before the other one leads", async (how) => {
    const { client, namespace, configMap } = await newNamespace();
    const proxy = await newProxiedConnection();
    const partitioned = await newClient(proxy.connection);
    const a = candidate(partitioned, namespace, "a");
    await a.acquired;
    const fenced = fence(partitioned, a.elector);
    await fenced.create(CONFIG_MAP, configMap("before"));
    const b = candidate(client, namespace, "b");
    if (how === "cut off") {
      proxy.state.refuse = true;
      proxy.cut();
    } else proxy.state.silent = true;
    await until("the old leader knows", () => {
      expect(a.elector.isLeader() && b.elector.isLeader()).toBe(false);
      return a.elector.lost.aborted;
    });
    expect(b.elector.isLeader()).toBe(false);
    await expect(fenced.create(CONFIG_MAP, configMap("after"))).rejects.toBeInstanceOf(NotLeaderError);
    await b.acquired;
    expect([a.elector.isLeader(), b.elector.isLeader()]).toEqual([false, true]);
  });

  test("closing the client resets its connections, so that no write is delivered later", async () => {
    const { namespace } = await newNamespace();
    const proxy = await newProxiedConnection();
    const client = await newClient(proxy.connection);
    await client.list(CONFIG_MAP, { namespace });
    proxy.state.silent = true;
    const write = client.create(CONFIG_MAP, { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "a" } });
    client.close();
    await expect(write).rejects.toBeInstanceOf(ConnectionError);
    await until("the other side saw the reset", () => proxy.state.resets > 0);
  });
});
