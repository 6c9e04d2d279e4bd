/** Reads the stream of a watch: lines of JSON, cut anywhere by the network. */
import { ApiError, ConnectionError, type Status } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import type { KubernetesObject } from "./object.ts";
import type { WatchEvent } from "./watch-types.ts";

const LINE_FEED = 0x0a;

/** The annotation on the bookmark after the last initial object (KEP-3157). */
export const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

interface WireEvent {
  readonly type: WatchEvent<KubernetesObject>["type"] | "ERROR";
  readonly object: unknown;
}

/** The lines of a stream as text; a last line without a line feed was cut and is dropped. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      pieces.push(chunk.subarray(start, end));
      // Decoded only as a whole line: a chunk may end inside a character.
      yield (pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces)).toString("utf8");
      pieces = [];
      start = end + 1;
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start));
  }
}

/** The events of a stream. Throws ApiError for an ERROR event. `path` goes into the errors. */
export async function* readEvents<T extends KubernetesObject>(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<WatchEvent<T>> {
  for await (const line of readLines(chunks)) {
    if (line === "") continue;
    const event = parse(line, path);
    if (event.type === "ERROR") {
      const status = event.object as Status;
      throw new ApiError(status, { method: "WATCH", path, code: status.code ?? 500 });
    }
    yield { type: event.type, object: event.object as T };
  }
}

function parse(line: string, path: string): WireEvent {
  try {
    return JSON.parse(line) as WireEvent;
  } catch (cause) {
    throw new ConnectionError(`WATCH ${path}: an event that is no JSON`, cause);
  }
}

/**
 * The chunks, with `onIdle` called when none came for `idleMs`. The API server sends a bookmark every minute: longer
 * silence means that the connection is half open (a proxy that answers probes for a server that is gone).
 */
export async function* whileAlive(
  chunks: AsyncIterable<Buffer>,
  options: { clock: Clock; idleMs: number; onIdle: () => void },
): AsyncGenerator<Buffer> {
  const { clock, idleMs, onIdle } = options;
  let last = clock.monotonic();
  let cancel = () => {};
  const arm = (delayMs: number) => {
    cancel = clock.after(delayMs, () => {
      const rest = last + idleMs - clock.monotonic();
      if (rest > 0) arm(rest);
      else onIdle();
    });
  };
  arm(idleMs);
  try {
    for await (const chunk of chunks) {
      last = clock.monotonic();
      yield chunk;
    }
  } finally {
    cancel();
  }
}
