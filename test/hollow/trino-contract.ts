/** What the operator relies on in the answers of Trino: the same suite for a real cluster and for the hollow one. */
import { expect, test } from "vitest";
import { waitFor } from "../../local-cluster/wait.ts";
import {
  askCoordinator,
  askWorker,
  knownHosts,
  nodeState,
  setNodeState,
  type TrinoQuestion,
  type TrinoSend,
} from "../../src/lifecycle/trino-client.ts";

/** A cluster with at least one worker that nobody queries. */
export interface TrinoUnderContract {
  readonly send: TrinoSend;
  readonly version: number;
  readonly coordinator: () => Promise<TrinoQuestion>;
  readonly workers: () => Promise<readonly TrinoQuestion[]>;
}

/** Declares the suite; `cluster` is called inside of its tests. */
export function trinoContract(cluster: () => TrinoUnderContract): void {
  const coordinator = async (): Promise<TrinoQuestion> => ({ ...(await cluster().coordinator()), now: Date.now() });
  const workers = async (): Promise<readonly TrinoQuestion[]> =>
    (await cluster().workers()).map((question) => ({ ...question, now: Date.now() }));
  const aWorker = async (): Promise<TrinoQuestion> => (await workers())[0] as TrinoQuestion;
  const becomes = async (what: string, expected: unknown, look: () => Promise<unknown>): Promise<void> =>
    waitFor(what, async () => expect(await look()).toEqual(expected), { timeoutMs: 60_000 });
  const registered = async (): Promise<unknown> => {
    const answer = await askCoordinator(cluster().send, await coordinator());
    return answer.kind === "answered" ? answer.registered : answer;
  };

  test("a coordinator says its version, that it has started, how many workers are active, and that no query runs", async () => {
    const { version, send } = cluster();
    const count = (await workers()).length;
    const expected = { kind: "answered", version: String(version), starting: false, registered: count, queries: 0 };
    await becomes("the coordinator's answer", expected, async () => askCoordinator(send, await coordinator()));
  });

  test("a coordinator knows its workers by the addresses of their pods", async () => {
    const hosts = await knownHosts(cluster().send, await coordinator());
    for (const { endpoint } of await workers()) expect([...(hosts ?? [])]).toContain(endpoint.ip);
  });

  test("a worker says that it is active, and that it has no task", async () => {
    expect(await askWorker(cluster().send, await aWorker())).toEqual({ kind: "answered", state: "ACTIVE", tasks: 0 });
  });

  test("a worker without tasks that is told to drain has drained soon, and the coordinator counts it no more", async () => {
    const { send } = cluster();
    const count = (await workers()).length;
    await setNodeState(send, await aWorker(), "DRAINING");
    await becomes("the worker to have drained", "DRAINED", async () => nodeState(send, await aWorker()));
    await becomes("the coordinator to count it no more", count - 1, registered);
  });

  test("a worker that has drained refuses to drain, which is no error of who asks, and keeps its state", async () => {
    const { send } = cluster();
    const worker = await aWorker();
    const headers = { ...(await tokenOf(worker)), "Content-Type": "application/json" };
    const again = { method: "PUT" as const, path: "/v1/info/state", headers, body: '"DRAINING"' };
    expect((await send(worker.endpoint, again)).status).not.toBe(200);
    await setNodeState(send, worker, "DRAINING");
    expect(await nodeState(send, worker)).toBe("DRAINED");
  });

  test("a worker that has drained is taken back, twice, and the coordinator counts it again", async () => {
    const { send } = cluster();
    for (let turn = 0; turn < 2; turn++) await setNodeState(send, await aWorker(), "ACTIVE");
    expect(await nodeState(send, await aWorker())).toBe("ACTIVE");
    await becomes("the coordinator to count it again", (await workers()).length, registered);
  });

  test("a word that is no JSON is refused, and changes nothing", async () => {
    const { send } = cluster();
    const worker = await aWorker();
    const headers = await tokenOf(worker);
    const refused = { method: "PUT" as const, path: "/v1/info/state", headers, body: "DRAINING" };
    expect((await send(worker.endpoint, refused)).status).toBe(400);
    expect(await nodeState(send, worker)).toBe("ACTIVE");
  });

  test("a state is neither told nor changed without the cluster's secret", async () => {
    const { send } = cluster();
    const worker = await aWorker();
    const headers = { "Content-Type": "application/json" };
    const change = { method: "PUT" as const, path: "/v1/info/state", headers, body: '"DRAINING"' };
    expect((await send(worker.endpoint, change)).status).toBe(401);
    const stranger = { ...worker, sharedSecret: "another secret than that of the cluster" };
    await expect(setNodeState(send, stranger, "DRAINING")).rejects.toThrow("401");
    expect(await askWorker(send, stranger)).toEqual({ kind: "silent" });
    expect(await nodeState(send, worker)).toBe("ACTIVE");
  });

  test("a path that this version does not have is not found", async () => {
    const question = await coordinator();
    const headers = await tokenOf(question);
    const path = cluster().version >= 477 ? "/v1/node" : "/v1/announce";
    expect((await cluster().send(question.endpoint, { method: "GET", path, headers })).status).toBe(404);
  });
}

/** The headers with which the client itself asks. */
async function tokenOf(question: TrinoQuestion): Promise<Readonly<Record<string, string>>> {
  let headers: Readonly<Record<string, string>> = {};
  await setNodeState(
    (_endpoint, request) => {
      headers = request.headers;
      return Promise.resolve({ status: 200, body: "" });
    },
    question,
    "ACTIVE",
  );
  return headers;
}
