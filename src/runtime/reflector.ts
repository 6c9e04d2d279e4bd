/** Follows one kind in one namespace (or all) for ever. The rules are those of client-go's reflector. */
import { ApiError, isGone, isInvalid } from "./api-error.ts";
import { backoffDelay } from "./backoff.ts";
import { type Clock, sleep } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { type KubernetesObject, keyOf, nameOf, type ResourceType } from "./object.ts";
import { compareVersions } from "./resource-version.ts";
import { INITIAL_EVENTS_END } from "./watch.ts";
import type { WatchClient, WatchEvent, WatchOptions } from "./watch-types.ts";

/** Where the objects go. */
export interface Sink<T extends KubernetesObject> {
  /** Everything there is. `force`: the server's history was put back (a restored etcd), so older is right. */
  replace(objects: readonly T[], resourceVersion: string, force: boolean): void;
  event(event: WatchEvent<T>): void;
}

/** What a reflector follows, and with what. */
export interface ReflectorOptions<T extends KubernetesObject> {
  readonly client: WatchClient;
  readonly type: ResourceType;
  readonly select: Pick<WatchOptions, "namespace" | "labelSelector" | "fieldSelector" | "metadataOnly">;
  /** Makes an object smaller as soon as it is read, so that a long list never is in memory whole. */
  readonly keep: (object: T) => T;
  readonly sink: Sink<T>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What is known of a running reflector. */
export interface Reflector {
  /** Follows until `signal` aborts; never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** The version up to which all events were seen; empty before the first list. */
  readonly resourceVersion: string;
  /** Monotonic milliseconds of the last sign of life. */
  readonly lastActivity: number;
}

const BACKOFF = { baseMs: 800, maxMs: 30_000 };
/** A watch that ends sooner and empty is a failure: some proxies close at once, and we would hammer them. */
const SHORTEST_WATCH_MS = 1_000;
/** Silence this long inside the initial events means a server that does not know them, and sends no bookmark at their end. */
const INITIAL_SILENCE_MS = 10_000;
const PAGE_SIZE = 500;
/** So many lists in a row that are older than what we saw: no lagging replica, but a restored etcd. About 40 s of back-off. */
const REGRESSIONS_TO_BELIEVE = 6;

interface State {
  /** Empty: everything has to be read again. */
  watchFrom: string;
  seen: string;
  lastActivity: number;
  failures: number;
  regressions: number;
  watchListSupported: boolean;
  complaint: string;
}

/** Creates a reflector; nothing happens before `run`. */
export function createReflector<T extends KubernetesObject>(options: ReflectorOptions<T>): Reflector {
  const state: State = {
    watchFrom: "",
    seen: "",
    lastActivity: options.clock.monotonic(),
    failures: 0,
    regressions: 0,
    watchListSupported: true,
    complaint: "",
  };
  return {
    run: async (signal) => {
      while (!signal.aborted) {
        try {
          await followOnce(options, state, signal);
        } catch (error) {
          if (signal.aborted) return;
          await recover(options, state, { error, signal });
        }
      }
    },
    get resourceVersion() {
      return state.seen;
    },
    get lastActivity() {
      return state.lastActivity;
    },
  };
}

async function followOnce<T extends KubernetesObject>(options: ReflectorOptions<T>, state: State, signal: AbortSignal): Promise<void> {
  // After two failures the other way is tried, whatever the error was: client-go does so, too.
  const viaWatchList = state.watchListSupported && state.failures % 3 < 2;
  if (state.watchFrom === "" && viaWatchList) return watchList(options, state, signal);
  if (state.watchFrom === "") await listPages(options, state);
  const start = options.clock.monotonic();
  let events = 0;
  for await (const event of options.client.watch<T>(options.type, watchOptions(options, { resourceVersion: state.watchFrom }), signal)) {
    events++;
    accept(options, state, event);
  }
  if (events === 0 && !signal.aborted && options.clock.monotonic() - start < SHORTEST_WATCH_MS)
    throw new Error("the watch ended at once, and empty");
}

/** Reads everything and goes on following, in one stream. */
async function watchList<T extends KubernetesObject>(options: ReflectorOptions<T>, state: State, signal: AbortSignal): Promise<void> {
  const initial = new Map<string, T>();
  let collecting = true;
  const silence = watchSilence(options.clock);
  const events = options.client.watch<T>(
    options.type,
    watchOptions(options, { sendInitialEvents: true }),
    AbortSignal.any([signal, silence.signal]),
  );
  try {
    for await (const event of events) {
      if (!collecting) {
        accept(options, state, event);
        continue;
      }
      silence.heard();
      state.lastActivity = options.clock.monotonic();
      if (event.type === "BOOKMARK" && event.object.metadata.annotations?.[INITIAL_EVENTS_END] === "true") {
        collecting = false;
        silence.stop();
        settle(options, state, { objects: [...initial.values()], resourceVersion: event.object.metadata.resourceVersion ?? "" });
      } else collect(options, initial, event);
    }
  } finally {
    silence.stop();
  }
  if (!collecting || signal.aborted) return;
  state.watchListSupported = !silence.signal.aborted;
  throw new Error("the initial events ended without their bookmark");
}

function collect<T extends KubernetesObject>({ keep }: ReflectorOptions<T>, initial: Map<string, T>, event: WatchEvent<T>): void {
  if (event.type === "BOOKMARK") return;
  const key = keyOf(nameOf(event.object));
  if (event.type === "DELETED") initial.delete(key);
  else initial.set(key, keep(event.object));
}

async function listPages<T extends KubernetesObject>(options: ReflectorOptions<T>, state: State): Promise<void> {
  const objects: T[] = [];
  let continueToken = "";
  let resourceVersion = "";
  do {
    const page = await options.client.listPage<T>(options.type, {
      ...options.select,
      limit: PAGE_SIZE,
      ...(continueToken === "" ? {} : { continueToken }),
    });
    for (const item of page.items) objects.push(options.keep(item));
    ({ continueToken, resourceVersion } = page);
    state.lastActivity = options.clock.monotonic();
  } while (continueToken !== "");
  settle(options, state, { objects, resourceVersion });
}

/** Takes a complete list. */
function settle<T extends KubernetesObject>(
  options: ReflectorOptions<T>,
  state: State,
  list: { objects: readonly T[]; resourceVersion: string },
): void {
  const older = compareVersions(list.resourceVersion, state.seen) < 0;
  if (older && ++state.regressions < REGRESSIONS_TO_BELIEVE)
    throw new Error(`the list is of version ${list.resourceVersion}, but ${state.seen} was seen before`);
  options.sink.replace(list.objects, list.resourceVersion, older);
  state.regressions = 0;
  state.watchFrom = list.resourceVersion;
  state.seen = list.resourceVersion;
  alive(options, state);
}

function accept<T extends KubernetesObject>(options: ReflectorOptions<T>, state: State, event: WatchEvent<T>): void {
  alive(options, state);
  const version = event.object.metadata.resourceVersion ?? "";
  if (event.type !== "BOOKMARK") options.sink.event({ type: event.type, object: options.keep(event.object) });
  if (compareVersions(version, state.seen) > 0) {
    state.seen = version;
    state.watchFrom = version;
  }
}

function alive<T extends KubernetesObject>(options: ReflectorOptions<T>, state: State): void {
  state.lastActivity = options.clock.monotonic();
  state.failures = 0;
  if (state.complaint === "") return;
  state.complaint = "";
  options.logger.info("informer follows again", { kind: options.type.kind });
}

async function recover<T extends KubernetesObject>(
  options: ReflectorOptions<T>,
  state: State,
  failure: { error: unknown; signal: AbortSignal },
): Promise<void> {
  const { error, signal } = failure;
  const { kind } = options.type;
  if (isGone(error)) state.watchFrom = "";
  // Before 1.27 the parameter is unknown, later it can be switched off; both are said so when nothing was read yet.
  else if (state.watchFrom === "" && state.watchListSupported && (isInvalid(error) || (error instanceof ApiError && error.code === 400))) {
    state.watchListSupported = false;
    options.logger.info("server has no WatchList, listing instead", { kind });
    return;
  }
  const complaint = error instanceof Error ? error.message : String(error);
  if (complaint !== state.complaint && state.failures > 0) {
    // Once per kind of trouble, and never for the first cut: a load balancer cuts every watch now and then.
    state.complaint = complaint;
    options.logger.warn("informer cannot follow", { kind, error });
  } else options.logger.debug("watch ended", { kind, error });
  // Full jitter: thousands of watchers come back to a restarted server at different times.
  const retryAfterMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  const delayMs = Math.max(retryAfterMs, options.random() * backoffDelay(BACKOFF, state.failures++, 1));
  await sleep(options.clock, delayMs, signal);
}

function watchOptions<T extends KubernetesObject>(
  options: ReflectorOptions<T>,
  from: Pick<WatchOptions, "resourceVersion" | "sendInitialEvents">,
): WatchOptions {
  return { ...options.select, ...from, timeoutSeconds: Math.round(300 + 300 * options.random()) };
}

/** A signal that aborts after INITIAL_SILENCE_MS without `heard`. */
function watchSilence(clock: Clock) {
  const controller = new AbortController();
  let stopTimer = () => {};
  const arm = () => {
    stopTimer();
    stopTimer = clock.after(INITIAL_SILENCE_MS, () => controller.abort());
  };
  arm();
  return { signal: controller.signal, heard: arm, stop: () => stopTimer() };
}
