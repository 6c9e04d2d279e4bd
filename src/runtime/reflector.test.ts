/** What a reflector asks, hands on and says, against a scripted client; `informer.test.ts` has what becomes of it in a cache. */
import { describe, expect, test } from "vitest";
import { ApiError, ConnectionError } from "./api-error.ts";
import type { Logger } from "./logger.ts";
import { createManualClock } from "./manual-clock.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";
import { createReflector, type ReflectorOptions } from "./reflector.ts";
import type { ListPage, PageOptions, WatchClient, WatchEvent, WatchOptions } from "./watch-types.ts";

const THING: ResourceType = { apiVersion: "v1", kind: "Thing", plural: "things", namespaced: true };
const thing = (name: string, resourceVersion: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { namespace: "n", name, uid: name, resourceVersion },
});
const event = (type: WatchEvent<KubernetesObject>["type"], name: string, version: string) => ({ type, object: thing(name, version) });
const added = (name: string, version: string) => event("ADDED", name, version);
const bookmark = (version: string, annotations?: Record<string, string>): WatchEvent<KubernetesObject> => ({
  type: "BOOKMARK",
  object: { apiVersion: "v1", kind: "Thing", metadata: { name: "", resourceVersion: version, ...(annotations ? { annotations } : {}) } },
});
const end = (version: string) => bookmark(version, { "k8s.io/initial-events-end": "true" });
const refusal = (code: number, more: object = {}) =>
  new ApiError({ message: `refused with ${code}` }, { method: "WATCH", path: "/p", code, ...more });
const cut = (why = "cut") => new ConnectionError("watch", new Error(why));

/** A number waits that many milliseconds; an Error is thrown; after the last the stream ends, or is silent. */
type Script = readonly (WatchEvent<KubernetesObject> | Error | number | "silence")[];

function taken(step: WatchEvent<KubernetesObject> | Error): WatchEvent<KubernetesObject> {
  if (step instanceof Error) throw step;
  return step;
}

function start(
  scripts: Script[],
  options: { pages?: ListPage<KubernetesObject>[]; random?: number; select?: ReflectorOptions<KubernetesObject>["select"] } = {},
) {
  const clock = createManualClock();
  const watches: WatchOptions[] = [];
  const lists: PageOptions[] = [];
  const seen: string[] = [];
  const said: string[] = [];
  const pass = async (step: Script[number], signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve());
    if (typeof step === "number") clock.after(step, resolve);
    await promise;
  };
  async function* watch(_type: ResourceType, wanted: WatchOptions, signal: AbortSignal) {
    watches.push(wanted);
    const script: Script = scripts.shift() ?? ["silence"];
    for (const step of script) {
      if (signal.aborted) return;
      if (typeof step !== "object") await pass(step, signal);
      else yield taken(step);
    }
  }
  const listPage = async (_type: ResourceType, wanted: PageOptions) => {
    lists.push(wanted);
    const page = options.pages?.shift();
    if (page === undefined) throw cut("no page");
    return page;
  };
  const log = (level: string) => (message: string, fields?: object) => said.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error"), child: () => logger };
  const reflector = createReflector<KubernetesObject>({
    client: { watch, listPage } as unknown as WatchClient,
    type: THING,
    select: options.select ?? {},
    keep: (object) => object,
    sink: {
      replace: (objects, version, force) =>
        seen.push(`${objects.map(({ metadata }) => metadata.name).join()}@${version}${force ? " by force" : ""}`),
      event: ({ type, object }) => seen.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`),
    },
    logger,
    clock,
    random: () => options.random ?? 1,
  });
  const stop = new AbortController();
  const ended = reflector.run(stop.signal);
  return { clock, watches, lists, seen, said, reflector, stop, ended };
}

describe("a reflector that reads everything in a watch", () => {
  test("takes what the initial events leave, and only their own bookmark for the end", async () => {
    const script = [added("a", "1"), added("b", "2"), bookmark("2"), bookmark("2", { "k8s.io/initial-events-end": "false" })];
    const { clock, seen, reflector } = start([
      [...script, event("MODIFIED", "a", "3"), event("DELETED", "b", "4"), added("c", "4"), end("5"), "silence"],
    ]);
    await clock.advance(0);
    expect([seen, reflector.resourceVersion]).toEqual([["a,c@5"], "5"]);
  });

  test("hands later events on, but no bookmark, and knows how far it is", async () => {
    const { clock, seen, reflector } = start([[end("5"), event("DELETED", "a", "6"), bookmark("9"), added("b", "8"), "silence"]]);
    expect(reflector.resourceVersion).toBe("");
    await clock.advance(0);
    expect([seen, reflector.resourceVersion]).toEqual([["@5", "DELETED a@6", "ADDED b@8"], "9"]);
  });

  test("asks for what is selected, until the server ends it after five to ten minutes", async () => {
    const select = { namespace: "n", labelSelector: "a=b", metadataOnly: true };
    for (const [random, timeoutSeconds] of [
      [0, 300],
      [0.5, 450],
      [1, 600],
    ] as const) {
      const { clock, watches } = start([[end("5"), cut()], ["silence"]], { random, select });
      await clock.advance(1_000);
      expect(watches).toEqual([
        { ...select, sendInitialEvents: true, timeoutSeconds },
        { ...select, resourceVersion: "5", timeoutSeconds },
      ]);
    }
  });

  test("waits for the bookmark as long as anything comes, and lists after 10 s of silence", async () => {
    const page = { items: [thing("a", "1")], resourceVersion: "4", continueToken: "" };
    const slow = start([[9_999, added("a", "1"), 9_999, added("b", "2"), 9_999, end("5"), 60_000, added("c", "6"), "silence"]]);
    await slow.clock.advance(29_996);
    expect(slow.seen).toEqual([]);
    await slow.clock.advance(100_000);
    expect([slow.seen, slow.watches.length]).toEqual([["a,b@5", "ADDED c@6"], 1]);
    const silent = start([[added("a", "1"), "silence"]], { pages: [page] });
    await silent.clock.advance(11_000);
    expect([silent.seen, silent.watches.length]).toEqual([["a@4"], 2]);
  });

  test("reads everything again when the stream ends before the bookmark, in the same way", async () => {
    const { clock, seen, watches, said } = start([[added("a", "1")], [added("b", "2"), end("5"), "silence"]]);
    await clock.advance(2_000);
    expect([seen, watches.length]).toEqual([["b@5"], 2]);
    expect(watches[1]).toHaveProperty("sendInitialEvents", true);
    expect(said[0]).toMatch(/^debug watch ended /u);
  });

  test.each([
    ["says that the parameter is invalid", new ApiError({ reason: "Invalid" }, { method: "WATCH", path: "/p", code: 422 })],
    ["does not know the parameter", refusal(400)],
  ])("lists at once, and for ever, where the server %s", async (_, error) => {
    const page = (version: string) => ({ items: [], resourceVersion: version, continueToken: "" });
    const { clock, seen, said } = start([[error], [refusal(410)], ["silence"]], { pages: [page("4"), page("8")] });
    await clock.advance(0);
    expect(seen).toEqual(["@4"]);
    expect(said[0]).toBe('info server has no WatchList, listing instead {"kind":"Thing"}');
    await clock.advance(10_000);
    expect(seen).toEqual(["@4", "@8"]);
  });

  test("asks in the same way again where the server has an error of its own", async () => {
    const { clock, seen, said, lists } = start([[refusal(500)], [end("9"), "silence"]]);
    await clock.advance(0);
    expect([seen, said.length]).toEqual([[], 1]);
    await clock.advance(10_000);
    expect([seen, lists]).toEqual([["@9"], []]);
  });

  test("does not take the refusal of a later watch for that of WatchList", async () => {
    const { clock, seen, lists, watches } = start([[end("5"), cut()], [refusal(400)], ["silence"]]);
    await clock.advance(10_000);
    expect([seen, lists, watches.length]).toEqual([["@5"], [], 3]);
  });
});

describe("a reflector that lists", () => {
  const refused = (): Script => [new ApiError({ reason: "Invalid" }, { method: "WATCH", path: "/p", code: 422 })];

  test("reads page by page, each with what is selected, and takes the version of the last", async () => {
    const pages = [
      { items: [thing("a", "1")], resourceVersion: "7", continueToken: "x" },
      { items: [thing("b", "2"), thing("c", "3")], resourceVersion: "8", continueToken: "y" },
      { items: [], resourceVersion: "9", continueToken: "" },
    ];
    const select = { fieldSelector: "f=g" };
    const { clock, lists, seen, watches } = start([refused(), ["silence"]], { pages, select });
    await clock.advance(0);
    expect(lists).toEqual([
      { ...select, limit: 500 },
      { ...select, limit: 500, continueToken: "x" },
      { ...select, limit: 500, continueToken: "y" },
    ]);
    expect(seen).toEqual(["a,b,c@9"]);
    expect(watches[1]).toEqual({ ...select, resourceVersion: "9", timeoutSeconds: 600 });
  });

  test("is tried after two failures of the other way, and that again after it", async () => {
    const { clock, lists, watches } = start(Array.from({ length: 9 }, () => [cut()]));
    const ways: string[] = [];
    for (let second = 0; second < 60; second++) {
      const before = [watches.length, lists.length];
      await clock.advance(1_000);
      ways.push(...Array.from({ length: watches.length - (before[0] ?? 0) }, () => "watch"));
      ways.push(...Array.from({ length: lists.length - (before[1] ?? 0) }, () => "list"));
    }
    expect(ways.slice(0, 5)).toEqual(["watch", "list", "watch", "watch", "list"]);
  });
});

describe("a reflector in trouble", () => {
  test("pauses twice as long after each failure, from 0.8 s to 30 s, times the jitter, and starts over after a success", async () => {
    const failing = (): Script[] => [[end("5"), cut()], ...Array.from({ length: 20 }, (): Script => [cut()])];
    for (const [random, expected] of [
      [1, [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]],
      [0.5, [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000]],
    ] as const) {
      const { clock, watches } = start(failing(), { random });
      await clock.advance(0);
      for (const [index, pause] of expected.entries()) {
        await clock.advance(pause - 1);
        expect(watches).toHaveLength(index + 1);
        await clock.advance(1);
        expect(watches).toHaveLength(index + 2);
      }
    }
    const healed = start([[end("5"), cut()], [cut()], [cut()], [added("a", "6"), cut()], ["silence"]]);
    await healed.clock.advance(800 + 1_600 + 3_200 + 799);
    expect(healed.watches).toHaveLength(4);
    await healed.clock.advance(1);
    expect(healed.watches).toHaveLength(5);
  });

  test("comes back no sooner than the server asked", async () => {
    const { clock, watches } = start([[end("5"), refusal(429, { retryAfterMs: 7_000 })], ["silence"]]);
    await clock.advance(6_999);
    expect(watches).toHaveLength(1);
    await clock.advance(1);
    expect(watches).toHaveLength(2);
  });

  test("says nothing aloud of a first cut, then each kind of trouble once, and when it is over", async () => {
    const { clock, said } = start([[end("5"), cut()], [cut()], [cut()], [cut("another")], [added("a", "6"), added("b", "7"), "silence"]]);
    await clock.advance(60_000);
    expect(said.map((line) => line.replace(/,"error".*/u, ""))).toEqual([
      'debug watch ended {"kind":"Thing"',
      'warn informer cannot follow {"kind":"Thing"',
      'debug watch ended {"kind":"Thing"',
      'warn informer cannot follow {"kind":"Thing"',
      'info informer follows again {"kind":"Thing"}',
    ]);
  });

  test("takes a watch that ends within a second and empty for a failure, and no other", async () => {
    const empty = start([[end("5")], [999], ["silence"]]);
    await empty.clock.advance(1_000);
    expect(empty.watches).toHaveLength(2);
    await empty.clock.advance(1_000);
    expect(empty.watches).toHaveLength(3);
    expect(empty.said).toEqual([expect.stringContaining("debug watch ended")]);
    const long = start([[end("5")], [1_000], [added("a", "6")], ["silence"]]);
    await long.clock.advance(1_000);
    expect([long.watches.length, long.said]).toEqual([4, []]);
  });

  test("says when it last heard of the server", async () => {
    const { clock, reflector } = start([[3_000, added("a", "1"), 4_000, end("5"), 5_000, bookmark("6"), "silence"]]);
    expect(reflector.lastActivity).toBe(0);
    for (const [ms, last] of [
      [2_999, 0],
      [1, 3_000],
      [3_999, 3_000],
      [1, 7_000],
      [5_000, 12_000],
      [9_000, 12_000],
    ] as const) {
      await clock.advance(ms);
      expect(reflector.lastActivity).toBe(last);
    }
  });

  test("believes the sixth list in a row that is older than what it saw, and counts anew after one that is not", async () => {
    const old: Script = [end("4"), "silence"];
    const olds = (count: number): Script[] => Array.from({ length: count }, () => old);
    const many = start([[end("100"), refusal(410)], ...olds(12)], {
      pages: Array.from({ length: 9 }, () => ({ items: [], resourceVersion: "4", continueToken: "" })),
    });
    await many.clock.advance(300_000);
    expect(many.seen).toEqual(["@100", "@4 by force"]);
    const last = many.said.filter((line) => line.startsWith("warn"));
    expect(last).toHaveLength(1);
  });

  test("ends when it is told to, in a watch or in a pause, and takes nothing any more", async () => {
    for (const script of [["silence"], [cut()], [end("5"), "silence"]] satisfies Script[]) {
      const { clock, stop, ended, watches, said } = start([script, [cut()]]);
      await clock.advance(10);
      const before = said.length;
      stop.abort();
      await ended;
      await clock.advance(100_000);
      expect([watches.length, said.length, clock.timers]).toEqual([1, before, 0]);
    }
  });
});
