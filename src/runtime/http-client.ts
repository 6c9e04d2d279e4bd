/** The client that speaks HTTP: verbs, retries, errors. */
import { ApiError, ConnectionError, isGone } from "./api-error.ts";
import type { ApplyOptions, Client, ListOptions, RawRequest, RawResponse } from "./client.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";
import { collectionPath, objectPath, selectors, withQuery } from "./paths.ts";
import { type Caller, createCaller } from "./request-retry.ts";
import { createTransport, type WireResponse } from "./transport.ts";
import { readEvents, whileAlive } from "./watch.ts";
import type { ListPage, PageOptions, WatchClient, WatchEvent, WatchOptions } from "./watch-types.ts";

/** What a client may be given. */
export interface ClientOptions {
  readonly metrics?: RuntimeMetrics;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** Sent as User-Agent. */
  readonly userAgent?: string;
  /** Asked right before a write is sent again, after a reset or a short wait, in which leadership can have been lost. Always, unless told. */
  readonly mayRepeatWrites?: () => boolean;
}

const REQUEST_TIMEOUT_MS = 30_000;
const PAGE_SIZE = 500;
const WATCH_SECONDS = 600;
/** Bookmarks come every minute; see `whileAlive`. */
const WATCH_IDLE_MS = 90_000;
/** A server that ends its watches late is cut this long after the time that we asked for. */
const WATCH_GRACE_MS = 10_000;

const JSON_TYPE = "application/json";
const MEDIA_TYPE = {
  object: JSON_TYPE,
  metadata: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  metadataList: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  apply: "application/apply-patch+yaml",
  mergePatch: "application/merge-patch+json",
} as const;

/** A client over HTTPS. `close` drops all connections. */
export function createClient(connection: Connection, options: ClientOptions = {}): WatchClient & { close(): void } {
  const clock = options.clock ?? systemClock;
  const transport = createTransport(connection, clock);
  const userAgent = options.userAgent ?? "kubernetes-controller-runtime-ts";
  const { metrics, random = Math.random, mayRepeatWrites = () => true } = options;
  const caller = createCaller({ transport, connection, clock, random, userAgent, metrics, mayRepeatWrites });
  return {
    ...readingVerbs(caller),
    ...writingVerbs(caller),
    watch: (type, watchOptions, signal) => watch({ caller, clock, type, options: watchOptions }, signal),
    raw: (request) => raw(caller, request),
    close: () => transport.close(),
  };
}

function readingVerbs(caller: Caller): Pick<WatchClient, "get" | "list" | "listPage"> {
  const listPage = <T extends KubernetesObject>(type: ResourceType, options: PageOptions) => readPage<T>(caller, type, options);
  return {
    get: async (type, name) =>
      parse(await caller.call({ method: "GET", path: objectPath(type, name), idempotent: true, timeoutMs: REQUEST_TIMEOUT_MS })),
    listPage,
    list: (type, options = {}) => listAll(listPage, type, options),
  };
}

function writingVerbs(caller: Caller): Pick<Client, "create" | "apply" | "mergePatch" | "delete"> {
  const timeoutMs = REQUEST_TIMEOUT_MS;
  return {
    create: async (type, object) => {
      const path = collectionPath(type, object.metadata.namespace);
      return parse(
        await caller.call({ method: "POST", path, contentType: JSON_TYPE, body: JSON.stringify(object), idempotent: false, timeoutMs }),
      );
    },
    apply: async (type, object, options) => {
      const path = applyPath(type, object, options);
      return parse(
        await caller.call({
          method: "PATCH",
          path,
          contentType: MEDIA_TYPE.apply,
          body: JSON.stringify(object),
          idempotent: true,
          timeoutMs,
        }),
      );
    },
    mergePatch: async (type, name, patch, subresource) => {
      const path = objectPath(type, name, subresource);
      return parse(
        await caller.call({
          method: "PATCH",
          path,
          contentType: MEDIA_TYPE.mergePatch,
          body: JSON.stringify(patch),
          idempotent: false,
          timeoutMs,
        }),
      );
    },
    delete: async (type, name, options = {}) => {
      const { uid, resourceVersion, ...rest } = options;
      const body = { apiVersion: "v1", kind: "DeleteOptions", ...rest, preconditions: { uid, resourceVersion } };
      const path = objectPath(type, name);
      await caller.call({
        method: "DELETE",
        path,
        contentType: JSON_TYPE,
        body: JSON.stringify(body),
        idempotent: uid !== undefined,
        timeoutMs,
      });
    },
  };
}

function applyPath(type: ResourceType, object: KubernetesObject, options: ApplyOptions): string {
  const name = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
  return withQuery(objectPath(type, name, options.subresource), { fieldManager: options.fieldManager, force: options.force });
}

async function readPage<T extends KubernetesObject>(caller: Caller, type: ResourceType, options: PageOptions): Promise<ListPage<T>> {
  const query = { ...selectors(options), limit: options.limit, continue: options.continueToken };
  const path = withQuery(collectionPath(type, options.namespace), query);
  const accept = options.metadataOnly === true ? MEDIA_TYPE.metadataList : MEDIA_TYPE.object;
  const response = await caller.call({ method: "GET", path, accept, gzip: true, idempotent: true, timeoutMs: REQUEST_TIMEOUT_MS });
  const list = parse<{ items?: T[] | null; metadata?: { resourceVersion?: string; continue?: string } }>(response);
  const items = (list.items ?? []).map((item) => withKind(type, item));
  return { items, resourceVersion: list.metadata?.resourceVersion ?? "", continueToken: list.metadata?.continue ?? "" };
}

async function listAll<T extends KubernetesObject>(
  listPage: WatchClient["listPage"],
  type: ResourceType,
  options: ListOptions,
): Promise<readonly T[]> {
  let items: T[] = [];
  let token: string | undefined;
  while (token !== "") {
    try {
      const page: ListPage<T> = await listPage<T>(type, {
        ...options,
        limit: PAGE_SIZE,
        ...(token === undefined ? {} : { continueToken: token }),
      });
      items = items.concat(page.items);
      token = page.continueToken;
    } catch (error) {
      if (!isGone(error) || token === undefined) throw error;
      // The token outlived the server's history: what we have is of a past that cannot be completed.
      items = [];
      token = undefined;
    }
  }
  return items;
}

interface WatchCall {
  readonly caller: Caller;
  readonly clock: Clock;
  readonly type: ResourceType;
  readonly options: WatchOptions;
}

async function* watch<T extends KubernetesObject>(call: WatchCall, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
  const { clock, type, options } = call;
  const path = collectionPath(type, options.namespace);
  const cutter = new AbortController();
  const cut = AbortSignal.any([signal, cutter.signal]);
  const onIdle = () => cutter.abort();
  const cancel = clock.after((options.timeoutSeconds ?? WATCH_SECONDS) * 1000 + WATCH_GRACE_MS, onIdle);
  try {
    const stream = await call.caller.open(watchCall(path, options), cut);
    const events = readEvents<T>(whileAlive(stream, { clock, idleMs: WATCH_IDLE_MS, onIdle }), path);
    for await (const event of events)
      yield options.metadataOnly === true ? { type: event.type, object: withKind(type, event.object) } : event;
  } catch (error) {
    if (!signal.aborted) throw watchError(path, error, cutter.signal.aborted);
  } finally {
    cancel();
    cutter.abort();
  }
}

function watchError(path: string, error: unknown, cut: boolean): Error {
  if (error instanceof ApiError || error instanceof ConnectionError) return error;
  const cause = cut ? new Error(`nothing came for ${WATCH_IDLE_MS} ms, or the server went on past the end`) : error;
  return new ConnectionError(`WATCH ${path}`, cause);
}

function watchCall(path: string, options: WatchOptions) {
  const accept = options.metadataOnly === true ? MEDIA_TYPE.metadata : MEDIA_TYPE.object;
  return { method: "GET", path: withQuery(path, watchQuery(options)), accept, idempotent: true, timeoutMs: REQUEST_TIMEOUT_MS };
}

/** The items of a list have no kind of their own, and those of metadata have the wrong one. */
function withKind<T extends KubernetesObject>(type: ResourceType, object: T): T {
  return { ...object, apiVersion: type.apiVersion, kind: type.kind };
}

function watchQuery(options: WatchOptions) {
  const initial = options.sendInitialEvents === true ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" } : {};
  return {
    ...selectors(options),
    watch: true,
    allowWatchBookmarks: true,
    timeoutSeconds: options.timeoutSeconds,
    resourceVersion: options.resourceVersion,
    ...initial,
  };
}

async function raw(caller: Caller, request: RawRequest): Promise<RawResponse> {
  const { method, path, headers, body, timeoutMs = REQUEST_TIMEOUT_MS } = request;
  const response = await caller.call({ method, path, body, headers, idempotent: method === "GET", timeoutMs, anyStatus: true });
  return { status: response.status, headers: response.headers, body: response.body.toString("utf8") };
}

function parse<T>(response: WireResponse): T {
  try {
    return JSON.parse(response.body.toString("utf8")) as T;
  } catch (cause) {
    throw new ConnectionError(`an answer of ${response.body.length} bytes that is no JSON`, cause);
  }
}
