/** The small HTTP server for probes and metrics. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A listening address; port 0 takes any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a path answers. */
export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
}

/** A path and what it answers to GET. */
export type Routes = Readonly<Record<string, () => Reply | Promise<Reply>>>;

/** A server that listens. */
export interface ListeningServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens. Rejects when the address is taken. A route that throws is answered with 500 and no details. */
export async function serve(address: Address, routes: Routes): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    const route = request.method === "GET" ? routes[(request.url ?? "").split("?", 1)[0] ?? ""] : undefined;
    void answer(route).then(({ status, body, contentType = "text/plain; charset=utf-8" }) => {
      response.writeHead(status, { "content-type": contentType }).end(body);
    });
  });
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(address.port, address.host, listening.resolve);
  await listening.promise;
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function answer(route: Routes[string] | undefined): Promise<Reply> {
  try {
    return route === undefined ? { status: 404, body: "not found\n" } : await route();
  } catch {
    return { status: 500, body: "failed\n" };
  }
}
