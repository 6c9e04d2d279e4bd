/**
 * Against a local HTTP server that replays what a real Trino 476 answered: `trino-client.recorded.json` holds requests and answers as
 * they were (long lists shortened), from a cluster that had been scaled in to one worker, which was drained and taken back while a
 * query ran. A request that differs from the
 * recorded ones gets no answer of Trino's, so the test fails when we say something else than Trino was seen to take.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import recorded from "./trino-client.recorded.json" with { type: "json" };
import { askCoordinator, askWorker, knownHosts, nodeState, setNodeState, type TrinoQuestion } from "./trino-client.ts";
import { directTransport } from "./trino-transport.ts";

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly requestBody?: string;
  readonly authorized: boolean;
  readonly status: number;
  readonly body: string;
}

const RECORDED_AT = Date.parse(recorded.at);
const exchanges: readonly Exchange[] = recorded.exchanges;
let server: Server;
let question: TrinoQuestion;
/** What is still to be replayed: of equal requests the first, and the last for ever. */
let tape: Exchange[];

beforeAll(async () => {
  server = createServer((request, response) => {
    void replay(request).then(({ status, body }) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = { namespace: "shop", pod: "w", ip: "127.0.0.1", port };
  question = { endpoint, version: 476, sharedSecret: "s", now: RECORDED_AT };
});

afterAll(() => server.close());

beforeEach(() => {
  tape = [...exchanges];
});

async function replay(request: IncomingMessage): Promise<{ status: number; body: string }> {
  let sent = "";
  for await (const chunk of request) sent += String(chunk);
  const same = (exchange: Exchange): boolean =>
    exchange.method === request.method &&
    exchange.path === request.url &&
    (exchange.requestBody ?? "") === sent &&
    exchange.authorized === (request.headers["x-trino-internal-bearer"] !== undefined) &&
    (exchange.requestBody === undefined || request.headers["content-type"] === "application/json");
  const found = tape.find(same);
  if (!found) return { status: 599, body: `Trino was never asked ${request.method} ${request.url} ${sent}` };
  if (tape.filter(same).length > 1) tape.splice(tape.indexOf(found), 1);
  return { status: found.status, body: found.body };
}

describe("what Trino 476 says", () => {
  it("of a worker: its state, and its tasks that are not finished", async () => {
    expect(await askWorker(directTransport, question)).toEqual({ kind: "answered", state: "ACTIVE", tasks: 2 });
  });

  it("of a worker's tasks, where its scheduler has no gauge", async () => {
    tape = exchanges.map((exchange) => (exchange.path.includes("ThreadPerDriver") ? { ...exchange, body: "# EOF\n" } : exchange));
    expect(await askWorker(directTransport, question)).toEqual({ kind: "answered", state: "ACTIVE", tasks: 2 });
  });

  it("of a worker that is told to drain, twice, and then back", async () => {
    const states = [await nodeState(directTransport, question)];
    for (const word of ["DRAINING", "DRAINING", "ACTIVE"] as const) {
      await setNodeState(directTransport, question, word);
      states.push(await nodeState(directTransport, question));
    }
    expect(states).toEqual(["ACTIVE", "DRAINING", "DRAINED", "ACTIVE"]);
  });

  it.each([
    { state: "DRAINED", outcome: "is told" },
    { state: "ACTIVE", outcome: "PUT /v1/info/state DRAINING answered 400" },
  ])("of a worker that refuses to drain and is $state: $outcome", async ({ state, outcome }) => {
    const answers = { GET: { status: 200, body: JSON.stringify(state) }, PUT: { status: 400, body: "" } };
    tape = exchanges.map((exchange) => (exchange.path === "/v1/info/state" ? { ...exchange, ...answers[exchange.method as "GET"] } : exchange));
    const told = setNodeState(directTransport, question, "DRAINING").then(() => "is told");
    expect(await told.catch(({ message }: Error) => message)).toBe(outcome);
  });

  it("of the nodes that a coordinator knows, and not of those that are gone, which stay in its list", async () => {
    expect(await knownHosts(directTransport, question)).toEqual(new Set(["198.18.0.113"]));
  });

  it("of the nodes that a coordinator knows, also when its clock differs from ours", async () => {
    for (const difference of [-3_600_000, 50_000]) {
      expect(await knownHosts(directTransport, { ...question, now: RECORDED_AT + difference })).toEqual(new Set(["198.18.0.113"]));
    }
  });

  it("of no node when it has asked none for minutes", async () => {
    expect(await knownHosts(directTransport, { ...question, now: RECORDED_AT + 120_000 })).toEqual(new Set());
  });

  it("of a coordinator: its workers and the queries that are not finished", async () => {
    expect(await askCoordinator(directTransport, question)).toEqual({
      kind: "answered",
      version: "476",
      starting: false,
      registered: 1,
      queries: 1,
    });
  });
});

describe("what Trino 476 does not say", () => {
  it("leaves a worker's state unknown", async () => {
    tape = [];
    expect(await askWorker(directTransport, question)).toEqual({ kind: "silent" });
    await expect(setNodeState(directTransport, question, "DRAINING")).rejects.toThrow(/PUT \/v1\/info\/state DRAINING answered/);
  });

  it("leaves the nodes that a coordinator knows unknown: 476 has no /v1/announce", async () => {
    expect(await knownHosts(directTransport, { ...question, version: 477 })).toBeUndefined();
  });
});
