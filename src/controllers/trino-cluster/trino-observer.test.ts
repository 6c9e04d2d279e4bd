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
