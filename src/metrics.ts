/**
 * The operator's own metrics, beside those of the runtime: what moves too fast for a status.
 * The reference page `docs/reference/metrics.md` is generated from this table.
 */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** A metric's type and name, what it tells, and its labels beside `namespace` and `name` of the TrinoCluster. */
export interface MetricRow {
  readonly type: "gauge" | "counter" | "histogram";
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

/** The table of metrics. */
export const METRICS = {
  condition: {
    type: "gauge",
    name: "trino_operator_cluster_condition",
    help: "1 when the condition is True, 0 when False, -1 when Unknown",
    labels: ["condition"],
  },
  workers: {
    type: "gauge",
    name: "trino_operator_cluster_workers",
    help: "Workers by state: desired, ready, registered, draining",
    labels: ["state"],
  },
  queries: {
    type: "gauge",
    name: "trino_operator_cluster_queries",
    help: "Queries that are not finished, as the coordinator said last",
    labels: [],
  },
  queriesWaitedFor: {
    type: "gauge",
    name: "trino_operator_cluster_queries_waited_for",
    help: "Queries that a restart of the coordinator waits for; 0 when none does",
    labels: [],
  },
  rollouts: {
    type: "counter",
    name: "trino_operator_cluster_rollouts_total",
    help: "Rollouts of new revisions that came to an end, by result: Served, or Failed and rolled back",
    labels: ["result"],
  },
  drainSeconds: {
    type: "histogram",
    name: "trino_operator_worker_drain_duration_seconds",
    help: "From the order to drain a worker until its pod may go, by result: Drained, TimedOut after workers.drainTimeout, Untold when it could not be told until then, NotRunning",
    labels: ["result"],
    buckets: [15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200],
  },
  replacedWorkers: {
    type: "counter",
    name: "trino_operator_cluster_replaced_workers_total",
    help: "Workers that were replaced because the coordinator did not know them",
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

type Table = typeof METRICS;
type NameOf<T extends MetricRow["type"]> = { [K in keyof Table]: Table[K]["type"] extends T ? K : never }[keyof Table];
type Labels = { readonly namespace: string; readonly name: string } & Readonly<Record<string, string>>;

const CLUSTER_LABELS = ["namespace", "name"] as const;

/** The metrics of all clusters. They live as long as the process. */
export class ClusterMetrics {
  readonly #metrics: Readonly<Record<keyof Table, Gauge | Counter | Histogram>>;

  constructor(registry: Registry) {
    const entries = Object.entries(METRICS as Readonly<Record<string, MetricRow>>).map(([key, row]) => [key, create(row, registry)]);
    this.#metrics = Object.fromEntries(entries);
  }

  /** Sets one value of a cluster. */
  set(metric: NameOf<"gauge">, labels: Labels, value: number): void {
    (this.#metrics[metric] as Gauge).set(labels, value);
  }

  /** Counts one more. */
  count(metric: NameOf<"counter">, labels: Labels): void {
    (this.#metrics[metric] as Counter).inc(labels);
  }

  /** Takes one value into a distribution. */
  observe(metric: NameOf<"histogram">, labels: Labels, value: number): void {
    (this.#metrics[metric] as Histogram).observe(labels, value);
  }

  /** Removes all series of a cluster that is gone. */
  forget(namespace: string, name: string): void {
    for (const metric of Object.values(this.#metrics)) {
      for (const labels of seriesOf(metric)) if (labels["namespace"] === namespace && labels["name"] === name) metric.remove(labels);
    }
  }
}

function create({ type, name, help, labels, buckets }: MetricRow, registry: Registry): Gauge | Counter | Histogram {
  const options = { name, help, labelNames: [...CLUSTER_LABELS, ...labels], registers: [registry] };
  if (type === "gauge") return new Gauge(options);
  return type === "counter" ? new Counter(options) : new Histogram({ ...options, buckets: [...(buckets ?? [])] });
}

/** prom-client has no synchronous look at a metric's series but this field. */
function seriesOf(metric: Gauge | Counter | Histogram): readonly Record<string, string>[] {
  const { hashMap } = metric as unknown as { hashMap: Record<string, { labels: Record<string, string> }> };
  return Object.values(hashMap).map(({ labels }) => labels);
}
