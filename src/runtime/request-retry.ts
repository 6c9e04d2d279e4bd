/** One request with what is repeated on the spot: a reset, a 401 once, a short Retry-After. Everything else is the queue's. */
import type { IncomingMessage } from "node:http";
import { ApiError, ConnectionError, type Status } from "./api-error.ts";
import { type Clock, sleep } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import type { Transport, WireResponse } from "./transport.ts";

/** A request as a verb of the client makes it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly gzip?: boolean;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Whether it may be sent again when the connection broke and nobody knows whether the server acted. */
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  /** Whether an answer from 300 on is returned instead of thrown. */
  readonly anyStatus?: boolean;
}

/** Sends calls. Both throw ApiError for an answer from 300 on, and ConnectionError without an answer. */
export interface Caller {
  call(call: Call): Promise<WireResponse>;
  /** The answer as a stream, until `signal` aborts. */
  open(call: Call, signal: AbortSignal): Promise<IncomingMessage>;
}

interface CallerOptions {
  readonly transport: Transport;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly random: () => number;
  readonly userAgent: string;
  readonly metrics: RuntimeMetrics | undefined;
  /** Asked right before a write is sent again. */
  readonly mayRepeatWrites: () => boolean;
}

interface Attempt {
  readonly response?: WireResponse & { readonly stream?: IncomingMessage };
  readonly error?: ConnectionError;
}

/** A longer wait than this goes back to the queue, which holds no worker while it waits. */
const LONGEST_WAIT_MS = 2_000;
const MOST_WAITS = 3;
/** Spread of a Retry-After, so that all who were refused together do not come back together. */
const RETRY_AFTER_SPREAD = 0.2;
const RESET_CODES: readonly string[] = ["ECONNRESET", "EPIPE", "ECONNABORTED"];

/** Creates a caller. */
export function createCaller(options: CallerOptions): Caller {
  const { transport } = options;
  return {
    call: async (call) => {
      const response = await repeat(options, call, (timeoutMs) => transport.send(toWire(options, call), timeoutMs));
      if (response.status >= 300 && call.anyStatus !== true) throw toApiError(response, call);
      return response;
    },
    open: async (call, signal) => {
      const response = await repeat(options, call, async (timeoutMs) => {
        const stream = await transport.open(toWire(options, call), timeoutMs, signal);
        const status = stream.statusCode ?? 0;
        return { status, headers: stream.headers, body: status >= 300 ? await readRefusal(stream) : Buffer.alloc(0), stream };
      });
      if (response.status >= 300 || response.stream === undefined) throw toApiError(response, call);
      return response.stream;
    },
  };
}

async function repeat<R extends WireResponse>(options: CallerOptions, call: Call, send: (timeoutMs: number) => Promise<R>): Promise<R> {
  const { clock, connection } = options;
  const start = clock.monotonic();
  for (let repeats = 0; ; repeats++) {
    const attempt = await attemptOnce(options, call, () => send(call.timeoutMs - (clock.monotonic() - start)));
    if (attempt.response?.status === 401) connection.invalidate();
    const waitMs = waitBefore(call, attempt, { repeats, random: options.random });
    if (waitMs !== undefined && clock.monotonic() - start + waitMs < call.timeoutMs) {
      await sleep(clock, waitMs);
      if (call.method === "GET" || options.mayRepeatWrites()) {
        options.metrics?.requestRetries.inc({ code: codeOf(attempt), verb: call.method, host: connection.server.host });
        continue;
      }
    }
    if (attempt.response === undefined) throw attempt.error;
    return attempt.response as R;
  }
}

async function attemptOnce(options: CallerOptions, call: Call, send: () => Promise<WireResponse>): Promise<Attempt> {
  const { clock, metrics } = options;
  const { host } = options.connection.server;
  const start = clock.monotonic();
  const attempt: Attempt = await send().then(
    (response) => ({ response }),
    (error: unknown) => ({
      error: error instanceof ConnectionError ? error : new ConnectionError(`${call.method} ${pathOnly(call)}`, error),
    }),
  );
  metrics?.requests.inc({ code: codeOf(attempt), method: call.method, host });
  metrics?.requestSeconds.observe({ verb: call.method, host }, (clock.monotonic() - start) / 1000);
  return attempt;
}

/** How long to wait before the same request again, or undefined when it must not be repeated here. */
function waitBefore(call: Call, attempt: Attempt, state: { repeats: number; random: () => number }): number | undefined {
  const { response, error } = attempt;
  if (error !== undefined) return state.repeats === 0 && call.idempotent && RESET_CODES.includes(error.code) ? 0 : undefined;
  if (response?.status === 401) return state.repeats === 0 ? 0 : undefined;
  // A server that says when to come back has not acted: safe for every verb.
  const retryAfterMs = response?.status === 429 || response?.status === 503 ? retryAfterOf(response) : undefined;
  if (retryAfterMs === undefined || retryAfterMs > LONGEST_WAIT_MS || state.repeats >= MOST_WAITS) return undefined;
  return retryAfterMs * (1 + RETRY_AFTER_SPREAD * state.random());
}

function toWire(options: CallerOptions, call: Call) {
  const headers: Record<string, string> = { "user-agent": options.userAgent, accept: call.accept ?? "application/json", ...call.headers };
  if (call.contentType !== undefined) headers["content-type"] = call.contentType;
  if (call.gzip === true) headers["accept-encoding"] = "gzip";
  if (call.body !== undefined) headers["content-length"] = String(Buffer.byteLength(call.body));
  return { method: call.method, path: call.path, headers, body: call.body };
}

function toApiError(response: WireResponse, call: Call): ApiError {
  return new ApiError(readStatus(response.body), {
    method: call.method,
    path: call.path,
    code: response.status,
    retryAfterMs: retryAfterOf(response),
  });
}

function readStatus(body: Buffer): Status {
  try {
    const value = JSON.parse(body.toString("utf8")) as Status | null;
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Not the API server's own words, e.g. a proxy's page: shortened, since it goes into messages and logs.
    return { message: body.toString("utf8", 0, 200).trim() };
  }
}

async function readRefusal(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function retryAfterOf(response: WireResponse): number | undefined {
  const seconds = Number(response.headers["retry-after"] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

function codeOf(attempt: Attempt): string {
  return attempt.response === undefined ? "<error>" : String(attempt.response.status);
}

function pathOnly(call: Call): string {
  return call.path.split("?", 1)[0] ?? call.path;
}
