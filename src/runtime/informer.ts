/** A cache of one kind that follows the API server, shared by everybody who reads that kind. */
import { type Changes, remove, replace, upsert } from "./cache.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Change, Store } from "./informer-types.ts";
import { type Logger, silentLogger } from "./logger.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import { type KubernetesObject, nameOf, type ResourceType } from "./object.ts";
import { createObjectStore, type ObjectStore } from "./object-store.ts";
import { createReflector, type Reflector, type Sink } from "./reflector.ts";
import { compareVersions } from "./resource-version.ts";
import { createSharing } from "./sharing.ts";
import type { WatchClient, WatchEvent } from "./watch-types.ts";

/** What to keep a cache of, and what it needs for that. */
export interface InformerOptions<T extends KubernetesObject> {
  readonly type: ResourceType;
  /** One watch per namespace; empty or absent: one watch over all namespaces. */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly metadataOnly?: boolean;
  /** Index name → the values under which an object is found. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
  /** Cuts what nobody reads before the object is stored; `managedFields` is gone already. */
  readonly transform?: (object: T) => T;
  readonly logger?: Logger;
  readonly metrics?: RuntimeMetrics;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A cache of objects that follows the API server for ever. */
export interface Informer<T extends KubernetesObject> {
  readonly type: ResourceType;
  readonly store: Store<T>;
  /** Called synchronously after the store has changed; a throw is logged and hurts nobody else. */
  onChange(handler: (change: Change<T>) => void): void;
  /** Resolves when the store holds everything (or `signal` aborts); goes on following until `signal` aborts. Never rejects. */
  start(signal: AbortSignal): Promise<void>;
  synced(): boolean;
  /** Puts the answer of our own write into the store; whatever is older than it is ignored from then on. */
  put(object: T): void;
  /** Monotonic milliseconds of the last sign of life from the API server, of the quietest watch. */
  readonly lastActivity: number;
}

/** Creates an informer; nothing happens before `start`. */
export function createInformer<T extends KubernetesObject>(client: WatchClient, options: InformerOptions<T>): Informer<T> {
  return new SharedInformer(client, { clock: systemClock, random: Math.random, logger: silentLogger, ...options });
}

type Options<T extends KubernetesObject> = InformerOptions<T> & Required<Pick<InformerOptions<T>, "clock" | "random" | "logger">>;

/** One watch: of a namespace, or of all. */
interface Follow {
  done: boolean;
  readonly synced: PromiseWithResolvers<void>;
  readonly reflector: Reflector;
}

class SharedInformer<T extends KubernetesObject> implements Informer<T> {
  readonly type: ResourceType;
  readonly #options: Options<T>;
  readonly #store: ObjectStore<T>;
  readonly #share = createSharing<T>();
  readonly #handlers: ((change: Change<T>) => void)[] = [];
  /** By namespace; empty is the key of the one that follows all. */
  readonly #follows: ReadonlyMap<string, Follow>;

  constructor(client: WatchClient, options: Options<T>) {
    this.type = options.type;
    this.#options = options;
    this.#store = createObjectStore<T>(
      mapValues(options.indexes ?? {}, (index) => (object) => this.#guard("index", object, () => index(object), [])),
    );
    const namespaces = options.namespaces === undefined || options.namespaces.length === 0 ? [""] : options.namespaces;
    this.#follows = new Map(namespaces.map((namespace) => [namespace, this.#createFollow(client, namespace)]));
  }

  get store(): Store<T> {
    return this.#store;
  }

  get lastActivity(): number {
    return Math.min(...[...this.#follows.values()].map(({ reflector }) => reflector.lastActivity));
  }

  onChange(handler: (change: Change<T>) => void): void {
    this.#handlers.push(handler);
  }

  async start(signal: AbortSignal): Promise<void> {
    const stopped = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => stopped.resolve(), { once: true });
    for (const { reflector } of this.#follows.values()) void reflector.run(signal);
    await Promise.race([stopped.promise, Promise.all([...this.#follows.values()].map(({ synced }) => synced.promise))]);
  }

  synced(): boolean {
    return [...this.#follows.values()].every(({ done }) => done);
  }

  put(object: T): void {
    const follow = this.#follows.get(object.metadata.namespace ?? "") ?? this.#follows.get("");
    if (follow === undefined) return;
    // Not here, and the watch is past it: it was deleted since, and the answer of the write was overtaken by that news.
    const known = this.#store.get(nameOf(object)) !== undefined;
    if (!known && compareVersions(object.metadata.resourceVersion, follow.reflector.resourceVersion) <= 0) return;
    this.#publish(upsert(this.#store, this.#keep(object)));
  }

  #createFollow(client: WatchClient, namespace: string): Follow {
    const { type, clock, random, logger, metrics, labelSelector, fieldSelector, metadataOnly } = this.#options;
    const covers = (object: T) => namespace === "" || object.metadata.namespace === namespace;
    const synced = Promise.withResolvers<void>();
    const state = { done: false, synced };
    const sink: Sink<T> = {
      replace: (objects, resourceVersion, force) => {
        metrics?.informerRelists.inc({ kind: type.kind });
        this.#publish(replace(this.#store, { objects, resourceVersion, covers, force }));
        state.done = true;
        synced.resolve();
      },
      event: (event) => this.#accept(event),
    };
    const keep = (object: T) => this.#keep(object);
    const select = {
      ...(namespace === "" ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
      ...(metadataOnly === undefined ? {} : { metadataOnly }),
    };
    return Object.assign(state, { reflector: createReflector<T>({ client, type, select, keep, sink, logger, clock, random }) });
  }

  #accept(event: WatchEvent<T>): void {
    const { object } = event;
    const changes = event.type === "DELETED" ? remove(this.#store, object) : upsert(this.#store, object);
    const known = this.#store.get(nameOf(object))?.metadata.resourceVersion;
    // The echo of an own write has the same version and is no fault.
    if (changes.length === 0 && known !== object.metadata.resourceVersion)
      this.#options.metrics?.informerStaleEvents.inc({ kind: this.type.kind });
    this.#publish(changes);
  }

  #publish(changes: Changes<T>): void {
    const { metrics } = this.#options;
    metrics?.informerObjects.set({ kind: this.type.kind }, this.#store.size);
    for (const change of changes) for (const handler of this.#handlers) this.#tell(handler, change);
  }

  #tell(handler: (change: Change<T>) => void, change: Change<T>): void {
    this.#guard("handler", change.object, () => handler(change), undefined);
  }

  /** The object as it is stored, as small as can be. */
  #keep(object: T): T {
    return this.#share(this.#strip(object), this.#store.get(nameOf(object)));
  }

  /** managedFields are half of an object's memory, and nobody reads them from a cache. Own writes come whole, also where metadata is enough. */
  #strip(object: T): T {
    const { managedFields: _, ...metadata } = object.metadata as T["metadata"] & { managedFields?: unknown };
    const { transform, metadataOnly } = this.#options;
    const { apiVersion, kind } = object;
    const stripped = metadataOnly === true ? ({ apiVersion, kind, metadata } as T) : { ...object, metadata };
    return transform === undefined ? stripped : this.#guard("transform", stripped, () => transform(stripped), stripped);
  }

  /** One object that nobody expected must not keep the others out of the cache. */
  #guard<R>(part: "handler" | "index" | "transform", object: T, run: () => R, otherwise: R): R {
    try {
      return run();
    } catch (error) {
      this.#options.logger.error("informer cannot use an object", { part, kind: this.type.kind, ...nameOf(object), error });
      return otherwise;
    }
  }
}

function mapValues<V, R>(record: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
