/**
 * The operator's own metrics, beside those of the runtime: what moves too fast for a status.
 * The reference page `docs/reference/metrics.md` is generated from this table.
 */
import { Gauge, type Registry } from "prom-client";

/** A gauge's name, what it tells, and its labels beside `namespace` and `name` of the TrinoCluster. */
export interface MetricRow {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** The table of metrics. */
export const METRICS = {
  condition: {
    name: "trino_operator_cluster_condition",
    help: "1 when the condition is True, 0 when False, -1 when Unknown",
    labels: ["condition"],
  },
  workers: { name: "trino_operator_cluster_workers", help: "Workers by state: desired, ready, registered, draining", labels: ["state"] },
  queries: { name: "trino_operator_cluster_queries", help: "Queries that are not finished, as the coordinator said last", labels: [] },
} as const satisfies Readonly<Record<string, MetricRow>>;

const CLUSTER_LABELS = ["namespace", "name"] as const;

/** The gauges of all clusters. They live as long as the process. */
export class ClusterMetrics {
  readonly #gauges: Readonly<Record<keyof typeof METRICS, Gauge>>;

  constructor(registry: Registry) {
    const gauge = ({ name, help, labels }: MetricRow): Gauge =>
      new Gauge({ name, help, labelNames: [...CLUSTER_LABELS, ...labels], registers: [registry] });
    this.#gauges = { condition: gauge(METRICS.condition), workers: gauge(METRICS.workers), queries: gauge(METRICS.queries) };
  }

  /** Sets one value of a cluster. */
  set(
    metric: keyof typeof METRICS,
    labels: { readonly namespace: string; readonly name: string } & Readonly<Record<string, string>>,
    value: number,
  ): void {
    this.#gauges[metric].set(labels, value);
  }

  /** Removes all series of a cluster that is gone. */
  forget(namespace: string, name: string): void {
    for (const gauge of Object.values(this.#gauges)) {
      for (const { labels } of seriesOf(gauge)) if (labels["namespace"] === namespace && labels["name"] === name) gauge.remove(labels);
    }
  }
}

/** prom-client has no synchronous look at a gauge's series but this field. */
function seriesOf(gauge: Gauge): readonly { readonly labels: Record<string, string> }[] {
  return Object.values((gauge as unknown as { hashMap: Record<string, { labels: Record<string, string> }> }).hashMap);
}
