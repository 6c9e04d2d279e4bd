import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { ClusterMetrics } from "./metrics.ts";

const ORDERS = { namespace: "shop", name: "orders" };
const USERS = { namespace: "shop", name: "users" };

describe("metrics of clusters", () => {
  it("are of the type that the table says", async () => {
    const registry = new Registry();
    const metrics = new ClusterMetrics(registry);
    metrics.set("queriesWaitedFor", ORDERS, 3);
    metrics.count("rollouts", { ...ORDERS, result: "Served" });
    metrics.count("rollouts", { ...ORDERS, result: "Served" });
    metrics.observe("drainSeconds", { ...ORDERS, result: "Drained" }, 45);
    const text = await registry.metrics();
    expect(text).toContain('trino_operator_cluster_queries_waited_for{namespace="shop",name="orders"} 3');
    expect(text).toContain('trino_operator_cluster_rollouts_total{namespace="shop",name="orders",result="Served"} 2');
    expect(text).toContain(
      'trino_operator_worker_drain_duration_seconds_bucket{le="60",namespace="shop",name="orders",result="Drained"} 1',
    );
    expect(text).toContain('trino_operator_worker_drain_duration_seconds_sum{namespace="shop",name="orders",result="Drained"} 45');
  });

  it("forget a cluster that is gone, of every type, and only that one", async () => {
    const registry = new Registry();
    const metrics = new ClusterMetrics(registry);
    for (const labels of [ORDERS, USERS]) {
      metrics.set("queries", labels, 1);
      metrics.count("replacedWorkers", labels);
      metrics.observe("drainSeconds", { ...labels, result: "Drained" }, 1);
    }
    metrics.forget("shop", "orders");
    const text = await registry.metrics();
    expect(text).not.toContain("orders");
    expect(text.match(/users/g)?.length).toBeGreaterThan(2);
  });
});
