/**
 * A hollow Trino: a process of a cluster that answers what the operator asks, and runs no query. It may stand in for a real one
 * because it passes the same contract: see `trino-contract.ts`.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { INTERNAL_TOKEN_HEADER, internalToken } from "../../src/trino/internal-token.ts";

/** What a hollow Trino is started as. */
export interface HollowTrinoOptions {
  readonly version: number;
  readonly role: "coordinator" | "worker";
  readonly sharedSecret: string;
  /** The address under which it announces itself. */
  readonly ip: string;
  /** The other processes that can reach it, itself included or not. */
  readonly peers: () => readonly HollowTrino[];
  /** Told of each request before it is answered; a rejection closes the connection without an answer. */
  readonly onRequest?: (request: { readonly method: string; readonly path: string }) => Promise<void>;
}

type State = "ACTIVE" | "DRAINING" | "DRAINED" | "SHUTTING_DOWN";

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A process of a hollow cluster. */
export class HollowTrino {
  readonly options: HollowTrinoOptions;
  state: State = "ACTIVE";
  /** Queries that run, of a coordinator. */
  queries = 0;
  readonly #server: Server;

  private constructor(options: HollowTrinoOptions) {
    this.options = options;
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(
        ({ status, body }) => response.writeHead(status).end(body),
        () => response.destroy(),
      );
    });
  }

  /** Starts one on a free port of the loopback device. */
  static async start(options: HollowTrinoOptions): Promise<HollowTrino> {
    const trino = new HollowTrino(options);
    await new Promise<void>((resolve) => trino.#server.listen(0, "127.0.0.1", resolve));
    return trino;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends it. */
  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { method = "GET", url = "/" } = request;
    let sent = "";
    for await (const chunk of request) sent += String(chunk);
    await this.options.onRequest?.({ method, path: url });
    const { pathname, searchParams } = new URL(url, "http://trino");
    if (pathname === "/v1/info") return this.#info();
    if (!this.#knows(request.headers[INTERNAL_TOKEN_HEADER.toLowerCase()])) return { status: 401, body: "Unauthorized" };
    if (method === "PUT" && pathname === "/v1/info/state") return this.#change(sent);
    return this.#read(pathname, searchParams.getAll("name[]"));
  }

  #info(): Answer {
    const { version, role } = this.options;
    const body = { nodeVersion: { version: String(version) }, environment: "hollow", coordinator: role === "coordinator", starting: false };
    return { status: 200, body: JSON.stringify(body) };
  }

  #read(path: string, metrics: readonly string[]): Answer {
    const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });
    if (path === "/v1/info/state") return json(this.state);
    if (path === "/metrics") return { status: 200, body: this.#metrics(metrics) };
    if (path === "/v1/query") return json(Array.from({ length: this.queries }, () => ({ state: "RUNNING" })));
    if (path === "/v1/task") return json([]);
    if (path === "/v1/announce" && this.options.version >= 477) return json(this.#announced());
    if (path === "/v1/node" && this.options.version < 477) return json(this.#announced().map(watched));
    return { status: 404, body: "Error 404 Not Found: HTTP 404 Not Found" };
  }

  #metrics(names: readonly string[]): string {
    const active = 1 + this.#workers().filter(({ state }) => state === "ACTIVE").length;
    const known = {
      trino_execution_executor_dedicated_name_ThreadPerDriverTaskExecutor_Tasks: 0,
      ...(this.options.version >= 477
        ? { trino_node_name_CoordinatorNodeManager_ActiveNodeCount: active }
        : { trino_metadata_name_DiscoveryNodeManager_ActiveNodeCount: active }),
    };
    const lines = Object.entries(known).filter(([name]) => names.includes(name));
    return `${lines.map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}.0\n`).join("")}# EOF\n`;
  }

  /** Nodes of another version, or with another secret, are none of the coordinator's. */
  #workers(): readonly HollowTrino[] {
    const { version, sharedSecret, peers } = this.options;
    return peers().filter(
      ({ options }) => options.role === "worker" && options.version === version && options.sharedSecret === sharedSecret,
    );
  }

  #announced(): readonly string[] {
    return this.#workers().map(({ options }) => `http://${options.ip}:8080`);
  }

  /** Source: https://trino.io/docs/current/admin/graceful-shutdown.html */
  #change(sent: string): Answer {
    const word = parse(sent);
    if (word === undefined) return { status: 400, body: "io.airlift.jaxrs.JsonParsingException" };
    if (this.options.role === "coordinator") return { status: 400, body: "Cannot shutdown coordinator" };
    if (word === "DRAINING" && this.state === "DRAINED") return { status: 400, body: "Invalid state transition from DRAINED to DRAINING" };
    if (word === "DRAINING" || word === "ACTIVE" || word === "SHUTTING_DOWN") this.state = word;
    // Nothing runs on it, so it has drained at once; as Trino does, it says so in its next answer only.
    if (word === "DRAINING") setImmediate(() => this.#drained());
    return { status: 200, body: "" };
  }

  #drained(): void {
    if (this.state === "DRAINING") this.state = "DRAINED";
  }

  /** The subject does not count, and the end of validity does. */
  #knows(header: string | readonly string[] | undefined): boolean {
    const [, payload = ""] = String(header ?? "").split(".");
    const claims = parse(Buffer.from(payload, "base64url").toString("utf8")) as { sub?: string; exp?: number } | undefined;
    if (claims?.sub === undefined || claims.exp === undefined || claims.exp < Date.now() / 1000) return false;
    const { sharedSecret, version } = this.options;
    return header === internalToken(sharedSecret, { version, subject: claims.sub, expiresAtSeconds: claims.exp });
  }
}

/** What the failure detector of up to 476 says of a node that it asks. */
function watched(uri: string): object {
  return { uri: `${uri}/v1/status`, recentFailureRatio: 0, lastRequestTime: new Date().toISOString() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
