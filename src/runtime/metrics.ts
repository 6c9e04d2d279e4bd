/** The metrics of the runtime, under controller-runtime's own names, so that its dashboards and alerts work unchanged. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** controller-runtime's buckets of a reconcile's duration. Source: pkg/internal/controller/metrics */
const RECONCILE_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5,
  5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
/** controller-runtime's buckets of the workqueue: 10 ns × 10ⁿ. */
const QUEUE_BUCKETS = Array.from({ length: 12 }, (_, n) => 1e-8 * 10 ** n);
const REQUEST_BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

type ControllerLabel = "controller";
type QueueLabel = "name" | "controller";

/** All metrics of the runtime. Durations are seconds. */
export interface RuntimeMetrics {
  readonly registry: Registry;
  readonly reconcileTotal: Counter<"controller" | "result">;
  readonly reconcileErrors: Counter<ControllerLabel>;
  readonly terminalErrors: Counter<ControllerLabel>;
  readonly reconcilePanics: Counter<ControllerLabel>;
  readonly reconcileTimeouts: Counter<ControllerLabel>;
  readonly reconcileSeconds: Histogram<ControllerLabel>;
  readonly maxConcurrent: Gauge<ControllerLabel>;
  readonly activeWorkers: Gauge<ControllerLabel>;
  readonly queueDepth: Gauge<QueueLabel>;
  readonly queueAdds: Counter<QueueLabel>;
  readonly queueRetries: Counter<QueueLabel>;
  readonly queueSeconds: Histogram<QueueLabel>;
  readonly workSeconds: Histogram<QueueLabel>;
  readonly unfinishedSeconds: Gauge<QueueLabel>;
  readonly longestRunningSeconds: Gauge<QueueLabel>;
  readonly requests: Counter<"code" | "method" | "host">;
  readonly requestSeconds: Histogram<"verb" | "host">;
  readonly requestRetries: Counter<"code" | "verb" | "host">;
  readonly leader: Gauge<"name">;
  readonly informerRelists: Counter<"kind">;
  readonly informerStaleEvents: Counter<"kind">;
  readonly informerObjects: Gauge<"kind">;
  readonly events: Counter<"result">;
}

/** Creates the metrics in a registry of their own (or in the one given). */
export function createMetrics(registry: Registry = new Registry()): RuntimeMetrics {
  return { registry, ...reconcileMetrics(registry), ...queueMetrics(registry), ...clientMetrics(registry), ...informerMetrics(registry) };
}

function reconcileMetrics(registry: Registry) {
  const labelNames = ["controller"] as const;
  const registers = [registry];
  return {
    reconcileTotal: new Counter({
      name: "controller_runtime_reconcile_total",
      help: "Reconciles by result",
      labelNames: ["controller", "result"],
      registers,
    }),
    reconcileErrors: new Counter({
      name: "controller_runtime_reconcile_errors_total",
      help: "Reconciles that failed",
      labelNames,
      registers,
    }),
    terminalErrors: new Counter({
      name: "controller_runtime_terminal_reconcile_errors_total",
      help: "Reconciles that failed and are not retried",
      labelNames,
      registers,
    }),
    reconcilePanics: new Counter({
      name: "controller_runtime_reconcile_panics_total",
      help: "Reconciles that threw something other than an expected error",
      labelNames,
      registers,
    }),
    reconcileTimeouts: new Counter({
      name: "controller_runtime_reconcile_timeouts_total",
      help: "Reconciles that ran past their deadline",
      labelNames,
      registers,
    }),
    reconcileSeconds: new Histogram({
      name: "controller_runtime_reconcile_time_seconds",
      help: "Duration of a reconcile",
      labelNames,
      buckets: RECONCILE_BUCKETS,
      registers,
    }),
    maxConcurrent: new Gauge({
      name: "controller_runtime_max_concurrent_reconciles",
      help: "Most reconciles at once",
      labelNames,
      registers,
    }),
    activeWorkers: new Gauge({ name: "controller_runtime_active_workers", help: "Reconciles running now", labelNames, registers }),
  };
}

function queueMetrics(registry: Registry) {
  const labelNames = ["name", "controller"] as const;
  const registers = [registry];
  return {
    queueDepth: new Gauge({ name: "workqueue_depth", help: "Keys waiting", labelNames, registers }),
    queueAdds: new Counter({ name: "workqueue_adds_total", help: "Keys added", labelNames, registers }),
    queueRetries: new Counter({ name: "workqueue_retries_total", help: "Keys added with back-off", labelNames, registers }),
    queueSeconds: new Histogram({
      name: "workqueue_queue_duration_seconds",
      help: "How long a key waits",
      labelNames,
      buckets: QUEUE_BUCKETS,
      registers,
    }),
    workSeconds: new Histogram({
      name: "workqueue_work_duration_seconds",
      help: "How long a key is worked on",
      labelNames,
      buckets: QUEUE_BUCKETS,
      registers,
    }),
    unfinishedSeconds: new Gauge({
      name: "workqueue_unfinished_work_seconds",
      help: "Sum of the ages of all work in progress",
      labelNames,
      registers,
    }),
    longestRunningSeconds: new Gauge({
      name: "workqueue_longest_running_processor_seconds",
      help: "Age of the oldest work in progress",
      labelNames,
      registers,
    }),
  };
}

function clientMetrics(registry: Registry) {
  const registers = [registry];
  return {
    requests: new Counter({
      name: "rest_client_requests_total",
      help: "Requests to the API server",
      labelNames: ["code", "method", "host"],
      registers,
    }),
    requestSeconds: new Histogram({
      name: "rest_client_request_duration_seconds",
      help: "Duration of a request",
      labelNames: ["verb", "host"],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    requestRetries: new Counter({
      name: "rest_client_request_retries_total",
      help: "Requests that were repeated",
      labelNames: ["code", "verb", "host"],
      registers,
    }),
    leader: new Gauge({ name: "leader_election_master_status", help: "1 while this process leads", labelNames: ["name"], registers }),
  };
}

function informerMetrics(registry: Registry) {
  const registers = [registry];
  return {
    informerRelists: new Counter({
      name: "informer_relists_total",
      help: "Times that all objects of a kind were read",
      labelNames: ["kind"],
      registers,
    }),
    informerStaleEvents: new Counter({
      name: "informer_stale_events_total",
      help: "Events dropped because something newer was known",
      labelNames: ["kind"],
      registers,
    }),
    informerObjects: new Gauge({ name: "informer_objects", help: "Objects in the cache", labelNames: ["kind"], registers }),
    events: new Counter({ name: "event_recorder_events_total", help: "Events by what became of them", labelNames: ["result"], registers }),
  };
}
