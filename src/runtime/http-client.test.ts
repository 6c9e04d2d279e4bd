/** Matters of transport, against a small local server; what the verbs mean is proved against a real API server in test/contract. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ApiError, ConnectionError } from "./api-error.ts";
import type { Connection, Credentials } from "./connection.ts";
import { type ClientOptions, createClient } from "./http-client.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";

const CONFIG_MAP: ResourceType = { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };
const NAME = { namespace: "n", name: "a" };
const OBJECT: KubernetesObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "n", name: "a" } };

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function start(handler: Handler, options: ClientOptions = {}) {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((request, response) => handler(request, response, ++count));
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let token = "old";
  const connection: Connection = {
    server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    inCluster: true,
    namespace: "n",
    invalidate: () => {
      token = "new";
    },
    credentials: (): Promise<Credentials> => Promise.resolve({ tls: NO_TLS, authorization: `Bearer ${token}` }),
  };
  const client = createClient(connection, { random: () => 0, ...options });
  closers.push(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  return { client, sockets, requests: () => count };
}

const NO_TLS = {};
const answer = (response: ServerResponse, body: unknown, status = 200, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const reset = (request: IncomingMessage) => request.socket.resetAndDestroy();

describe("the client", () => {
  test("sends all requests, one after another, over one connection", async () => {
    const { client, sockets } = await start((_, response) => answer(response, OBJECT));
    for (let index = 0; index < 20; index++) await client.get(CONFIG_MAP, NAME);
    expect(sockets.size).toBe(1);
  });

  test("repeats a read whose connection was reset", async () => {
    const { client, requests } = await start((request, response, count) => (count === 1 ? reset(request) : answer(response, OBJECT)));
    expect(await client.get(CONFIG_MAP, NAME)).toEqual(OBJECT);
    expect(requests()).toBe(2);
  });

  test("repeats a server-side apply and a delete with a UID after a reset: sent twice they do the same", async () => {
    const { client, requests } = await start((request, response, count) => (count % 2 === 1 ? reset(request) : answer(response, OBJECT)));
    await client.apply(CONFIG_MAP, OBJECT, { fieldManager: "t", force: true });
    await client.delete(CONFIG_MAP, NAME, { uid: "1" });
    expect(requests()).toBe(4);
  });

  test.each(["create", "mergePatch", "delete without a UID"])("never repeats %s after a reset: the server may have acted", async (verb) => {
    const { client, requests } = await start(reset);
    const send = {
      create: () => client.create(CONFIG_MAP, OBJECT),
      mergePatch: () => client.mergePatch(CONFIG_MAP, NAME, {}),
      "delete without a UID": () => client.delete(CONFIG_MAP, NAME),
    }[verb];
    await expect(send?.()).rejects.toMatchObject({ name: "ConnectionError", code: "ECONNRESET" });
    expect(requests()).toBe(1);
  });

  test("reads the token again after a 401, once", async () => {
    const seen: (string | undefined)[] = [];
    const { client } = await start((request, response) => {
      seen.push(request.headers.authorization);
      if (request.headers.authorization === "Bearer new") answer(response, OBJECT);
      else answer(response, {}, 401);
    });
    await client.create(CONFIG_MAP, OBJECT);
    expect(seen).toEqual(["Bearer old", "Bearer new"]);
  });

  test("gives up after the second 401", async () => {
    const { client, requests } = await start((_, response) => answer(response, { reason: "Unauthorized" }, 401));
    await expect(client.get(CONFIG_MAP, NAME)).rejects.toMatchObject({ code: 401, reason: "Unauthorized" });
    expect(requests()).toBe(2);
  });

  test.each([429, 503])("waits a short Retry-After of a %i out, for a write too", async (status) => {
    const { client, requests } = await start((_, response, count) =>
      count <= 2 ? answer(response, {}, status, { "retry-after": "0" }) : answer(response, OBJECT),
    );
    await client.create(CONFIG_MAP, OBJECT);
    expect(requests()).toBe(3);
  });

  test.each([
    ["a reset", (request: IncomingMessage) => reset(request), "ECONNRESET"],
    ["a 401", (_: IncomingMessage, response: ServerResponse) => answer(response, {}, 401), 401],
    ["a Retry-After", (_: IncomingMessage, response: ServerResponse) => answer(response, {}, 429, { "retry-after": "0" }), 429],
  ])("sends no write again after %s once leadership is lost, and still reads", async (_, refuse, code) => {
    const handler: Handler = (request, response, count) => (count % 2 === 1 ? refuse(request, response) : answer(response, OBJECT));
    const { client, requests } = await start(handler, { mayRepeatWrites: () => false });
    expect(await client.get(CONFIG_MAP, NAME)).toEqual(OBJECT);
    await expect(client.apply(CONFIG_MAP, OBJECT, { fieldManager: "t", force: true })).rejects.toMatchObject({ code });
    expect(requests()).toBe(3);
  });

  test("leaves a long Retry-After to the queue", async () => {
    const { client, requests } = await start((_, response) =>
      answer(response, { reason: "TooManyRequests" }, 429, { "retry-after": "60" }),
    );
    const error = await client.get(CONFIG_MAP, NAME).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "ApiError", code: 429, retryAfterMs: 60_000 });
    expect(requests()).toBe(1);
  });

  test("names method, path and the server's words in an error, without the query", async () => {
    const { client } = await start((_, response) => answer(response, { message: 'configmaps "a" not found', reason: "NotFound" }, 404));
    await expect(client.apply(CONFIG_MAP, OBJECT, { fieldManager: "t", force: true })).rejects.toThrow(
      'PATCH /api/v1/namespaces/n/configmaps/a: 404 configmaps "a" not found',
    );
  });

  test("survives a proxy's page that is no JSON", async () => {
    const { client } = await start((_, response) =>
      response.writeHead(502, { "content-type": "text/html" }).end("<html>bad gateway</html>"),
    );
    await expect(client.get(CONFIG_MAP, NAME)).rejects.toMatchObject({ code: 502, reason: "" });
    await expect(client.get(CONFIG_MAP, NAME)).rejects.toBeInstanceOf(ApiError);
  });

  test("breaks off an answer that was cut in its middle", async () => {
    const { client } = await start((_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"a":');
      setImmediate(() => response.destroy());
    });
    await expect(client.create(CONFIG_MAP, OBJECT)).rejects.toBeInstanceOf(ConnectionError);
  });

  test("gives up a request that is never answered", async () => {
    const { client } = await start(() => {});
    await expect(client.raw({ method: "GET", path: "/api", timeoutMs: 50 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  test("returns a raw answer of any status", async () => {
    const { client } = await start((_, response) => answer(response, { a: 1 }, 418));
    expect(await client.raw({ method: "PUT", path: "/x", body: "y" })).toMatchObject({ status: 418, body: '{"a":1}' });
  });

  test("starts a list again when its token is too old", async () => {
    const { client } = await start((request, response, count) => {
      const page = (name: string, token: string) =>
        answer(response, { metadata: { resourceVersion: "1", continue: token }, items: [{ metadata: { name } }] });
      if (count === 1) return page("a", "t1");
      if (count === 2) return answer(response, { reason: "Expired" }, 410);
      return request.url?.includes("continue=") ? page("c", "") : page("b", "t2");
    });
    expect((await client.list(CONFIG_MAP)).map(({ metadata }) => metadata.name)).toEqual(["b", "c"]);
  });
});

describe("a watch", () => {
  const event = (name: string) => `${JSON.stringify({ type: "ADDED", object: { ...OBJECT, metadata: { name } } })}\n`;

  test("gives events cut anywhere, ends quietly when the server ends it", async () => {
    const { client } = await start((_, response) => {
      const bytes = Buffer.from(event("zürich-€") + event("b"));
      response.writeHead(200);
      response.write(bytes.subarray(0, bytes.indexOf("€") + 1));
      setImmediate(() => response.end(bytes.subarray(bytes.indexOf("€") + 1)));
    });
    const names: string[] = [];
    for await (const { object } of client.watch(CONFIG_MAP, {}, new AbortController().signal)) names.push(object.metadata.name);
    expect(names).toEqual(["zürich-€", "b"]);
  });

  test("throws when the connection breaks, and ends quietly when its signal aborts", async () => {
    const { client } = await start((request, response, count) => {
      response.writeHead(200);
      response.write(event("a"), () => count === 1 && reset(request));
    });
    const read = async (signal: AbortSignal, onEvent: () => void) => {
      for await (const _ of client.watch(CONFIG_MAP, {}, signal)) onEvent();
    };
    await expect(read(new AbortController().signal, () => {})).rejects.toBeInstanceOf(ConnectionError);
    const stop = new AbortController();
    await expect(read(stop.signal, () => stop.abort())).resolves.toBeUndefined();
  });
});
