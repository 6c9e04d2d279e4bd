/** What the real client library makes of answers and of connections that break; the statements are nobody's. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { newClient, runQuery } from "./client.ts";

const ID = "20261124_235959_00042_abcde";

/** What is done with each request in turn: a body, a status, or a broken connection. */
type Answer = object | number | "break";

async function listen(answers: readonly Answer[]): Promise<string> {
  let turn = 0;
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    const answer = answers[turn++] ?? 500;
    if (answer === "break") request.socket.destroy();
    else if (typeof answer === "number") response.writeHead(answer).end("a word");
    else response.end(JSON.stringify(answer).replaceAll("SERVER", url(server)));
  };
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  return url(server);
}

function url(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nextUri = `SERVER/v1/statement/executing/${ID}/y1b2/1`;
const submitted = { id: ID, nextUri };
const page = { id: ID, nextUri, data: [[1]] };
const lastPage = { id: ID, data: [[2]] };
const NO_SUCH_TABLE = { errorName: "TABLE_NOT_FOUND", message: "no such table" };

it.each<{ name: string; answers: readonly Answer[]; expected: readonly object[] }>([
  {
    name: "counts the rows of all pages, empty ones between them",
    answers: [submitted, submitted, page, submitted, lastPage],
    expected: [{ kind: "accepted" }, { kind: "succeeded", id: ID, long: false }],
  },
  {
    name: "asks again for a page whose connection broke, and for one that shall be asked again",
    answers: [submitted, page, "break", 503, lastPage],
    expected: [
      { kind: "accepted" },
      { kind: "interrupted", id: ID, error: "ECONNRESET: socket hang up", since: expect.any(Number) },
      { kind: "interrupted", id: ID, error: "HTTP 503: a word", since: expect.any(Number) },
      { kind: "resumed" },
      { kind: "succeeded", id: ID, long: false },
    ],
  },
  {
    name: "gives a query up that the server does not know any more, and names it though the library has not told its id",
    answers: [submitted, 404],
    expected: [{ kind: "accepted" }, { kind: "failed", id: ID, error: "HTTP 404: a word" }],
  },
  {
    name: "sees an error in a page, which the library hands on as a result",
    answers: [submitted, page, { id: ID, error: NO_SUCH_TABLE }],
    expected: [{ kind: "accepted" }, { kind: "failed", id: ID, error: "TABLE_NOT_FOUND: no such table" }],
  },
  {
    name: "sees an error in the answer to the submission, which the library's loops leave out",
    answers: [{ id: ID, error: NO_SUCH_TABLE }],
    expected: [{ kind: "accepted" }, { kind: "failed", id: ID, error: "TABLE_NOT_FOUND: no such table" }],
  },
  {
    name: "sees that rows are missing",
    answers: [submitted, lastPage],
    expected: [{ kind: "accepted" }, { kind: "failed", id: ID, error: "1 rows instead of 2" }],
  },
  { name: "tells a refusal", answers: [503], expected: [{ kind: "refused", error: "HTTP 503: a word", since: expect.any(Number) }] },
])("a client $name", async ({ answers, expected }) => {
  const trino = newClient(await listen(answers), "test");
  const events: object[] = [];
  const record = (event: object): void => void events.push(event);
  await runQuery({ sql: "select 1", rows: 2, readMs: 0 }, { trino, record, hurry: new AbortController().signal });
  expect(events).toEqual(expected);
});
