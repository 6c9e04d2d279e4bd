import { describe, expect, it } from "vitest";
import type { TrinoSend } from "../../lifecycle/trino-client.ts";
import { TrinoObserver, type WorkerQuery } from "./trino-observer.ts";

const GAUGE = "trino_execution_executor_dedicated_name_ThreadPerDriverTaskExecutor_Tasks";

/** An observer, a clock, what workers answer, and the requests that they got. */
function observed() {
  const world = { now: 0, state: "ACTIVE", tasks: 3, up: true, asked: [] as string[] };
  const send: TrinoSend = async ({ pod }, { method, path, body = "" }) => {
    world.asked.push(`${pod} ${method} ${path.split("?")[0]}${body}`);
    if (!world.up) throw new Error("no answer");
    if (method === "PUT") world.state = JSON.parse(body) as string;
    return { status: 200, body: path.startsWith("/metrics") ? `${GAUGE} ${world.tasks}.0` : JSON.stringify(world.state) };
  };
  const observer = new TrinoObserver(send, () => world.now);
  const query = (tasksMaxAgeMs: number, pod = "w"): WorkerQuery => ({
    endpoint: { namespace: "shop", pod, ip: `ip-${pod}`, port: 8080 },
    version: 476,
    sharedSecret: "s",
    tasksMaxAgeMs,
  });
  const ask = async (tasksMaxAgeMs: number) => (await observer.askWorkers("uid", [query(tasksMaxAgeMs)])).get("w");
  const askedSince = (): readonly string[] => world.asked.splice(0);
  return { world, observer, query, ask, askedSince };
}

describe("what workers say", () => {
  it("is asked once in a burst of reconciles", async () => {
    const { world, ask, askedSince } = observed();
    expect(await ask(900)).toEqual({ kind: "answered", state: "ACTIVE", tasks: 3 });
    expect(askedSince()).toHaveLength(2);
    world.now = 899;
    expect(await ask(900)).toEqual({ kind: "answered", state: "ACTIVE", tasks: 3 });
    expect(askedSince()).toEqual([]);
  });

  it("is a fresh state, with a number of tasks that may be older", async () => {
    const { world, ask, askedSince } = observed();
    await ask(30_000);
    askedSince();
    Object.assign(world, { now: 29_999, state: "DRAINING", tasks: 1 });
    expect(await ask(30_000)).toEqual({ kind: "answered", state: "DRAINING", tasks: 3 });
    expect(askedSince()).toEqual(["w GET /v1/info/state"]);
    world.now = 30_900;
    expect(await ask(30_000)).toEqual({ kind: "answered", state: "DRAINING", tasks: 1 });
  });

  it("is that a drained one has no tasks", async () => {
    const { world, ask } = observed();
    await ask(30_000);
    Object.assign(world, { now: 5_000, state: "DRAINED" });
    expect(await ask(30_000)).toEqual({ kind: "answered", state: "DRAINED", tasks: 0 });
  });

  it("is asked again at once after it was told something", async () => {
    const { observer, query, ask } = observed();
    await ask(900);
    await observer.tell("uid", query(900), "DRAINING");
    expect(await ask(900)).toMatchObject({ state: "DRAINING" });
  });

  it("is silence when they do not answer, and all of it when they do again", async () => {
    const { world, ask } = observed();
    await ask(30_000);
    Object.assign(world, { now: 5_000, up: false });
    expect(await ask(30_000)).toEqual({ kind: "silent" });
    Object.assign(world, { now: 10_000, up: true, tasks: 2 });
    expect(await ask(30_000)).toEqual({ kind: "answered", state: "ACTIVE", tasks: 2 });
  });

  it("is of each of many, and none is asked twice", async () => {
    const { observer, query, askedSince } = observed();
    const names = Array.from({ length: 40 }, (_, index) => `w-${index}`);
    const nodes = await observer.askWorkers(
      "uid",
      names.map((name) => query(900, name)),
    );
    expect([...nodes.keys()]).toEqual(names);
    expect(askedSince()).toHaveLength(80);
  });
});

describe("what a coordinator says of its queries", () => {
  const METRIC = "trino_metadata_name_DiscoveryNodeManager_ActiveNodeCount 2.0";

  function coordinator() {
    const world = { now: 0, queries: 0 };
    const send: TrinoSend = async (_endpoint, { path }) => {
      const info = { nodeVersion: { version: "476" }, starting: false };
      const list = Array.from({ length: world.queries }, () => ({ state: "RUNNING" }));
      return { status: 200, body: path.startsWith("/metrics") ? METRIC : JSON.stringify(path === "/v1/info" ? info : list) };
    };
    const observer = new TrinoObserver(send, () => world.now);
    const endpoint = { namespace: "shop", pod: "c", ip: "ip-c", port: 8080 };
    const ask = (now: number, queries: number) => {
      Object.assign(world, { now, queries });
      return observer.ask({ uid: "uid", endpoint, version: 476, sharedSecret: "s", maxAgeMs: 900 });
    };
    return { ask };
  }

  it("is fresh to decide on, and told as it was half a minute ago at most", async () => {
    const { ask } = coordinator();
    await ask(0, 4);
    expect(await ask(3_000, 2)).toMatchObject({ queries: 2, queriesTold: 4 });
    expect(await ask(29_000, 3)).toMatchObject({ queries: 3, queriesTold: 4 });
    expect(await ask(32_000, 5)).not.toHaveProperty("queriesTold");
    expect(await ask(35_000, 6)).toMatchObject({ queries: 6, queriesTold: 5 });
  });

  it("is told at once when the first one comes or the last one ends", async () => {
    const { ask } = coordinator();
    await ask(0, 4);
    expect(await ask(3_000, 0)).not.toHaveProperty("queriesTold");
    expect(await ask(6_000, 1)).not.toHaveProperty("queriesTold");
  });
});
