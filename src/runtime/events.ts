/** Events for `kubectl describe`: written in the background, repeats as a series, never more than a few per object. */
import { isNamespaceTerminating } from "./api-error.ts";
import type { Client } from "./client.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import type { KubernetesObject, NamespacedName, ResourceType } from "./object.ts";

/** What happened to an object. */
export interface EventInput {
  readonly regarding: KubernetesObject;
  readonly related?: KubernetesObject;
  readonly type: "Normal" | "Warning";
  /** Why, in CamelCase, at most 128 characters. */
  readonly reason: string;
  /** What we did, in CamelCase, at most 128 characters. */
  readonly action: string;
  /** A sentence; cut at 1,024 bytes. */
  readonly note: string;
}

/** Records events without making anybody wait. */
export interface EventRecorder {
  record(event: EventInput): void;
  /** Resolves when everything recorded so far is written or given up. Never rejects. */
  flush(): Promise<void>;
}

/** What a recorder needs. */
export interface EventRecorderOptions {
  /** The name of the controller, e.g. `trino-operator.io/trino-operator`. */
  readonly controller: string;
  /** The name of this process, e.g. the pod's; at most 128 characters. */
  readonly instance: string;
  readonly logger: Logger;
  readonly metrics?: RuntimeMetrics;
  readonly clock?: Clock;
}

/** events.k8s.io/v1 Event. Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export const EVENT: ResourceType = { apiVersion: "events.k8s.io/v1", kind: "Event", plural: "events", namespaced: true };

/** The API server's limit of a note, in bytes. */
const LONGEST_NOTE = 1024;
/** client-go: the same event within 6 min belongs to the series. */
const SERIES_MS = 360_000;
/** A repeat is written at most this often; the count says how many there were. */
const SERIES_WRITE_MS = 30_000;
/** client-go's spam filter per object: 25 at once, then one in 5 min. */
const BURST = 25;
const REFILL_MS = 300_000;
/** Beyond this the API server is not keeping up, and news is worth less than memory. */
const MOST_PENDING = 1_000;

interface Series {
  readonly name: NamespacedName;
  count: number;
  lastAt: number;
  writtenAt: number;
}

interface Budget {
  tokens: number;
  at: number;
}

/** A recorder of events.k8s.io/v1. */
export function createEventRecorder(client: Client, options: EventRecorderOptions): EventRecorder {
  return new Recorder(client, { clock: systemClock, ...options });
}

type Options = EventRecorderOptions & { readonly clock: Clock };

class Recorder implements EventRecorder {
  readonly #client: Client;
  readonly #options: Options;
  readonly #series = new Map<string, Series>();
  readonly #budgets = new Map<string, Budget>();
  #sequence = 0;
  #pending = 0;
  #failing = false;
  #last: Promise<void> = Promise.resolve();

  constructor(client: Client, options: Options) {
    this.#client = client;
    this.#options = options;
  }

  record(event: EventInput): void {
    const now = this.#options.clock.now();
    this.#forgetOld(now);
    const key = seriesKey(event);
    const series = this.#series.get(key);
    if (series !== undefined) this.#repeat(key, series, now);
    else if (this.#spend(event.regarding, now)) this.#first(event, key, now);
    else this.#count("dropped");
  }

  flush(): Promise<void> {
    return this.#last;
  }

  #first(event: EventInput, key: string, now: number): void {
    const name = { namespace: event.regarding.metadata.namespace ?? "default", name: this.#nameOf(event, now) };
    this.#series.set(key, { name, count: 1, lastAt: now, writtenAt: now });
    this.#enqueue(() => this.#client.create(EVENT, toObject(event, { ...this.#options, name, now })));
  }

  #repeat(key: string, series: Series, now: number): void {
    // Both maps are in the order of their last use, so that the old can be cut off their front.
    this.#series.delete(key);
    this.#series.set(key, series);
    series.count++;
    series.lastAt = now;
    if (series.count > 2 && now - series.writtenAt < SERIES_WRITE_MS) {
      this.#count("aggregated");
      return;
    }
    series.writtenAt = now;
    const patch = { series: { count: series.count, lastObservedTime: microTime(now) } };
    this.#enqueue(() => this.#client.mergePatch(EVENT, series.name, patch));
  }

  /** One after another: a repeat must not overtake the event that it repeats. */
  #enqueue(write: () => Promise<unknown>): void {
    if (this.#pending >= MOST_PENDING) {
      this.#count("dropped");
      return;
    }
    this.#pending++;
    this.#last = this.#last.then(() => this.#write(write));
  }

  async #write(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
      this.#failing = false;
      this.#count("written");
    } catch (error) {
      // Nobody reads an event in a namespace that goes, and this says nothing about the next one.
      if (isNamespaceTerminating(error)) return this.#count("dropped");
      // Once until it works again: an event is a courtesy, its loss is no reason to fill the log.
      if (!this.#failing) this.#options.logger.warn("cannot write events", { error });
      this.#failing = true;
      this.#count("failed");
    } finally {
      this.#pending--;
    }
  }

  #spend(regarding: KubernetesObject, now: number): boolean {
    const key = regarding.metadata.uid ?? `${regarding.metadata.namespace}/${regarding.metadata.name}`;
    const known = this.#budgets.get(key) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, known.tokens + (now - known.at) / REFILL_MS);
    this.#budgets.delete(key);
    this.#budgets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    return tokens >= 1;
  }

  #forgetOld(now: number): void {
    for (const [key, series] of this.#series) {
      if (now - series.lastAt < SERIES_MS) break;
      this.#series.delete(key);
    }
    for (const [key, budget] of this.#budgets) {
      if (now - budget.at < BURST * REFILL_MS) break;
      this.#budgets.delete(key);
    }
  }

  #nameOf(event: EventInput, now: number): string {
    return `${event.regarding.metadata.name.slice(0, 200)}.${now.toString(16)}.${(++this.#sequence).toString(16)}`;
  }

  #count(result: "written" | "aggregated" | "dropped" | "failed"): void {
    this.#options.metrics?.events.inc({ result });
  }
}

function seriesKey({ regarding, type, reason, action, note }: EventInput): string {
  const { uid, namespace, name } = regarding.metadata;
  return JSON.stringify([regarding.kind, uid ?? [namespace, name], type, reason, action, note]);
}

function toObject(event: EventInput, made: Options & { name: NamespacedName; now: number }): KubernetesObject {
  const object = {
    apiVersion: EVENT.apiVersion,
    kind: EVENT.kind,
    metadata: made.name,
    eventTime: microTime(made.now),
    reportingController: made.controller,
    reportingInstance: made.instance.slice(0, 128),
    regarding: referenceTo(event.regarding),
    ...(event.related === undefined ? {} : { related: referenceTo(event.related) }),
    type: event.type,
    reason: event.reason.slice(0, 128),
    action: event.action.slice(0, 128),
    note: cut(event.note),
  };
  return object;
}

function referenceTo({ apiVersion, kind, metadata: { namespace, name, uid, resourceVersion } }: KubernetesObject) {
  return { apiVersion, kind, namespace, name, uid, resourceVersion };
}

/** Cut by bytes, never inside a character. */
function cut(note: string): string {
  if (Buffer.byteLength(note) <= LONGEST_NOTE) return note;
  const whole = new TextDecoder().decode(Buffer.from(note).subarray(0, LONGEST_NOTE - 3), { stream: true });
  return `${whole}…`;
}

/** metav1.MicroTime wants exactly six digits. */
function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace("Z", "000Z");
}
