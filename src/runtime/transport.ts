/** HTTPS to the API server: two pools of connections, deadlines, and nothing of what the requests mean. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ConnectionError } from "./api-error.ts";
import type { Clock } from "./clock.ts";
import type { Connection, TlsMaterial } from "./connection.ts";

const gunzipAsync = promisify(gunzip);

/** A dead peer is noticed after about 23 s: 15 s and ten probes of 1 s. Measured: without it, never. */
const TCP_KEEP_ALIVE_MS = 15_000;
/** Enough for every concurrency we use; a request that finds none waits inside its deadline. */
const MAX_REQUEST_SOCKETS = 32;

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A whole answer. */
export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Sends requests; every failure without a whole answer is a ConnectionError. */
export interface Transport {
  /** The whole answer within `timeoutMs`. */
  send(request: WireRequest, timeoutMs: number): Promise<WireResponse>;
  /** The answer's head within `timeoutMs`; the body is a stream that `signal` cuts. */
  open(request: WireRequest, timeoutMs: number, signal: AbortSignal): Promise<IncomingMessage>;
  /**
   * Resets all connections. What the kernel could not send yet is thrown away: after a partition it would else still be
   * delivered, as a write of a leader that leads no more.
   */
  close(): void;
}

interface Pools {
  readonly tls: TlsMaterial;
  readonly requests: HttpAgent;
  readonly watches: HttpAgent;
  /** The TCP sockets under both: a TLS socket cannot be reset. */
  readonly sockets: Set<Socket>;
}

/** A transport that takes new credentials from the connection as they change. */
export function createTransport(connection: Connection, clock: Clock): Transport {
  return new PooledTransport(connection, clock);
}

class PooledTransport implements Transport {
  readonly #connection: Connection;
  readonly #clock: Clock;
  readonly #target: Target;
  #pools: Pools | undefined;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
    this.#target = targetOf(connection.server);
  }

  async send(request: WireRequest, timeoutMs: number): Promise<WireResponse> {
    const outgoing = await this.#start(request, "requests");
    return this.#exchange(outgoing, request, { timeoutMs, read: readWhole });
  }

  async open(request: WireRequest, timeoutMs: number, signal: AbortSignal): Promise<IncomingMessage> {
    const outgoing = await this.#start(request, "watches");
    const cut = () => outgoing.destroy();
    outgoing.once("close", () => signal.removeEventListener("abort", cut));
    if (signal.aborted) cut();
    else signal.addEventListener("abort", cut, { once: true });
    return this.#exchange(outgoing, request, { timeoutMs, read: (response) => Promise.resolve(response) });
  }

  close(): void {
    for (const socket of this.#pools?.sockets ?? []) socket.resetAndDestroy();
  }

  async #start(request: WireRequest, kind: "requests" | "watches"): Promise<ClientRequest> {
    const { tls, authorization } = await this.#connection.credentials();
    const target = this.#target;
    if (this.#pools?.tls !== tls) {
      if (this.#pools !== undefined) retire(this.#pools);
      this.#pools = createPools(tls, target.secure);
    }
    const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
    const { method } = request;
    const options = { host: target.host, port: target.port, method, path: target.base + request.path, headers, agent: this.#pools[kind] };
    return target.secure ? httpsRequest(options) : httpRequest(options);
  }

  async #exchange<R>(
    outgoing: ClientRequest,
    request: WireRequest,
    use: { timeoutMs: number; read: (response: IncomingMessage) => Promise<R> },
  ): Promise<R> {
    let late: Error | undefined;
    const cancel = this.#clock.after(use.timeoutMs, () => {
      late = Object.assign(new Error(`no answer within ${use.timeoutMs} ms`), { code: "ETIMEDOUT" });
      outgoing.destroy(late);
    });
    try {
      return await use.read(await headOf(outgoing, request.body));
    } catch (cause) {
      throw new ConnectionError(`${request.method} ${request.path.split("?", 1)[0]}`, late ?? cause);
    } finally {
      cancel();
    }
  }
}

interface Target {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** A path in front of all paths, e.g. of a proxy. */
  readonly base: string;
}

function targetOf(server: URL): Target {
  const secure = server.protocol === "https:";
  const port = server.port === "" ? (secure ? 443 : 80) : Number(server.port);
  return { secure, port, host: server.hostname.replace(/^\[|\]$/g, ""), base: server.pathname.replace(/\/$/, "") };
}

function createPools(tls: TlsMaterial, secure: boolean): Pools {
  const sockets = new Set<Socket>();
  const make = (maxSockets: number): HttpAgent => {
    const options = { keepAlive: true, keepAliveMsecs: TCP_KEEP_ALIVE_MS, maxSockets };
    const agent = secure ? new Agent({ ...options, ...(tls as object) }) : new HttpAgent(options);
    const connectAgent = agent.createConnection.bind(agent);
    agent.createConnection = (connection, callback) => {
      const socket = connect({
        host: connection.host ?? "",
        port: Number(connection.port),
        keepAlive: true,
        keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
        noDelay: true,
      });
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      return secure ? connectAgent({ ...connection, socket } as typeof connection, callback) : socket;
    };
    return agent;
  };
  return { tls, sockets, requests: make(MAX_REQUEST_SOCKETS), watches: make(Number.POSITIVE_INFINITY) };
}

/** Lets running requests end on the old credentials and closes everything idle. */
function retire(pools: Pools): void {
  for (const agent of [pools.requests, pools.watches]) {
    agent.maxFreeSockets = 0;
    for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) socket.destroy();
  }
}

function headOf(outgoing: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once("response", resolve);
  // Stays attached: an error after the answer began reaches the reader of the body, and must not end the process here.
  outgoing.on("error", reject);
  outgoing.once("close", () => reject(new Error("closed before an answer")));
  outgoing.end(body);
  return promise;
}

async function readWhole(response: IncomingMessage): Promise<WireResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: await decode(response, Buffer.concat(chunks)) };
}

async function decode(response: IncomingMessage, body: Buffer): Promise<Buffer> {
  return response.headers["content-encoding"] === "gzip" ? gunzipAsync(body) : body;
}
