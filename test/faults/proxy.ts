/**
 * The fault proxy between the operator's process and the API server. The operator's kubeconfig leads here, so the code under
 * test is unchanged. It forwards, notes every request, and lets the rules strike; watches can be held, cut and let expire,
 * and collections be frozen at an older state: see `watches.ts` and `frozen.ts`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { TrinoCall } from "../hollow/node.ts";
import { answerFrozen, frozenPath } from "./frozen.ts";
import { portForward } from "./port-forward.ts";
import { isWrite, type RequestInfo, requestInfo } from "./request-info.ts";
import { type Action, Rules } from "./rules.ts";
import { Watches } from "./watches.ts";

/** A request as it went by. */
export interface Entry extends RequestInfo {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly body: string;
  /** 0 where there was no answer. */
  status: number;
}

/** Where to, and whom to kill. */
export interface ProxyOptions {
  readonly server: URL;
  readonly ca: string;
  readonly portOf: (namespace: string, pod: string) => number | undefined;
  readonly kill: () => void;
}

const RETRY = { 429: "TooManyRequests", 500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout" } as const;
const REASONS: Readonly<Record<number, string>> = { 401: "Unauthorized", 403: "Forbidden", 409: "Conflict", 410: "Expired", ...RETRY };

/** One proxy, for one operator. */
export class FaultProxy {
  readonly rules = new Rules();
  readonly log: Entry[] = [];
  readonly watches = new Watches();
  /** The resource version at which collections are frozen; empty for none. */
  frozenAt = "";
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: true, ca: options.ca });
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.#server.on("upgrade", (request, socket) => {
      const { namespace, name } = requestInfo("GET", request.url ?? "", "");
      portForward(request, socket, options.portOf(namespace, name));
    });
  }

  /** Starts one on a free port. */
  static async start(options: ProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.watches.cut();
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
  }

  /** The writes since `start` monotonic milliseconds. */
  writes(start = 0): readonly Entry[] {
    return this.log.filter((entry) => entry.at >= start && isWrite(entry));
  }

  /** A word to a Trino process counts as a write, and can be struck before it is heard. */
  async onTrinoCall({ namespace, pod, method, path }: TrinoCall): Promise<void> {
    if (method !== "PUT") return;
    const info: RequestInfo = { verb: "tell", resource: "trino", subresource: path.slice(1), namespace, name: pod };
    const entry: Entry = { ...info, at: performance.now(), body: "", status: 0 };
    this.log.push(entry);
    const rule = this.rules.take(info);
    if (rule?.action.kind === "kill") {
      if (rule.phase === "before") {
        this.#options.kill();
        throw new Error("killed before it was heard");
      }
      setImmediate(this.#options.kill);
    } else if (rule) throw new Error("not heard");
    entry.status = 200;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", url = "" } = request;
    const body = await readAll(request);
    const info = requestInfo(method, url, body.toString("utf8"));
    const entry: Entry = { ...info, at: performance.now(), body: isWrite(info) ? body.toString("utf8") : "", status: 0 };
    this.log.push(entry);
    const rule = this.rules.take(info);
    if (rule?.phase === "before" && (await this.#strike(rule.action, { entry, response }))) return;
    if (info.verb === "watch") return this.#watch({ request, response, info, entry });
    const path = this.frozenAt !== "" && info.verb === "list" ? frozenPath(url, this.frozenAt) : url;
    const answer = await this.#forward(request, { path, body });
    entry.status = answer.status;
    if (rule?.phase === "after" && (await this.#strike(rule.action, { entry, response, answer }))) return;
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  /** True when the request needs no more answer. */
  async #strike(
    action: Action,
    { entry, response, answer }: { readonly entry: Entry; readonly response: ServerResponse; readonly answer?: Answer },
  ): Promise<boolean> {
    switch (action.kind) {
      case "status":
        refuse(response, action);
        entry.status = action.code;
        return true;
      case "reset":
        response.socket?.resetAndDestroy();
        return true;
      case "silence":
        return true;
      case "delay":
        await sleep(action.ms);
        return false;
      case "truncate":
        response.writeHead(answer?.status ?? 200, { "content-type": "application/json" });
        response.end((answer?.body ?? Buffer.from('{"kind":"Status"}')).subarray(0, (answer?.body.length ?? 16) >> 1));
        return true;
      case "kill":
        this.#options.kill();
        response.socket?.destroy();
        return true;
      default:
        return action satisfies never;
    }
  }

  async #watch({ request, response, info, entry }: Watching): Promise<void> {
    const url = request.url ?? "";
    const resource = info.resource;
    if (this.watches.isExpired(resource, url)) {
      entry.status = 410;
      return refuse(response, { code: 410 });
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (this.frozenAt !== "" && url.includes("sendInitialEvents")) {
      const list = await this.#forward(request, { path: frozenPath(url, this.frozenAt), body: Buffer.alloc(0), list: true });
      response.write(answerFrozen(list.body));
      this.watches.add(resource, response, undefined);
      return;
    }
    if (this.frozenAt !== "") return this.watches.add(resource, response, undefined); // nothing new is ever told
    const upstream = await this.#open(request, url);
    entry.status = upstream.statusCode ?? 0;
    this.watches.add(resource, response, upstream);
  }

  #open(request: IncomingMessage, path: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    httpsRequest({ ...this.#target(request), path, method: request.method }, resolve)
      .on("error", reject)
      .end();
    return promise;
  }

  async #forward(request: IncomingMessage, { path, body, list = false }: { path: string; body: Buffer; list?: boolean }): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const target = this.#target(request);
    if (list) target.headers["accept"] = listType(target.headers["accept"]);
    httpsRequest({ ...target, path, method: request.method }, resolve)
      .on("error", reject)
      .end(body);
    const response = await promise;
    const { "transfer-encoding": _chunked, connection: _connection, ...headers } = response.headers;
    const whole = await readAll(response);
    return { status: response.statusCode ?? 0, headers: { ...headers, "content-length": String(whole.length) }, body: whole };
  }

  #target(request: IncomingMessage) {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const { hostname, port } = this.#options.server;
    return { hostname, port, headers: headers as Record<string, string>, agent: this.#agent };
  }
}

interface Watching {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly info: RequestInfo;
  readonly entry: Entry;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

function listType(accept = ""): string {
  return accept.includes("PartialObjectMetadata;") ? accept.replace("PartialObjectMetadata;", "PartialObjectMetadataList;") : accept;
}

function refuse(
  response: ServerResponse,
  { code, retryAfterSeconds }: { readonly code: number; readonly retryAfterSeconds?: number },
): void {
  const reason = REASONS[code] ?? "Unknown";
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "a fault of the test", reason, code };
  const retry = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  response.writeHead(code, { "content-type": "application/json", ...retry }).end(JSON.stringify(status));
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
