/** The informer against a scripted client: what a real API server does not do on request. */
import { describe, expect, test } from "vitest";
import { added, initialEventsEnd as end, THING } from "../../test/watch-events.ts";
import { ApiError, ConnectionError } from "./api-error.ts";
import { createInformer } from "./informer.ts";
import { createManualClock } from "./manual-clock.ts";
import { createMetrics } from "./metrics.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";
import type { ListPage, WatchClient, WatchEvent, WatchOptions } from "./watch-types.ts";

const thing = (name: string, resourceVersion: string, uid = name): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { namespace: "n", name, uid, resourceVersion },
});

/** What one watch request gives: events, then an error, the end, or silence until its signal aborts. */
interface Script {
  readonly events?: readonly WatchEvent<KubernetesObject>[];
  readonly finally: "end" | "silence" | Error;
}

function start(scripts: Script[], page?: ListPage<KubernetesObject>) {
  const clock = createManualClock();
  const metrics = createMetrics();
  const watches: WatchOptions[] = [];
  let lists = 0;
  async function* watch(_type: ResourceType, options: WatchOptions, signal: AbortSignal) {
    watches.push(options);
    const script = scripts.shift() ?? { finally: "silence" };
    yield* script.events ?? [];
    if (script.finally instanceof Error) throw script.finally;
    if (script.finally === "silence" && !signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  }
  const listPage = () => {
    lists++;
    return page === undefined ? Promise.reject(new ConnectionError("list", new Error("no script"))) : Promise.resolve(page);
  };
  const client = { watch, listPage } as unknown as WatchClient;
  const informer = createInformer(client, { type: THING, clock, metrics, random: () => 1 });
  const changes: string[] = [];
  informer.onChange(({ kind, object }) => changes.push(`${kind} ${object.metadata.uid}@${object.metadata.resourceVersion}`));
  const stop = new AbortController();
  const synced = informer.start(stop.signal);
  return { clock, metrics, informer, changes, watches, synced, stop, lists: () => lists };
}

describe("the informer", () => {
  test("syncs at the bookmark after the initial events and follows the same stream", async () => {
    const { clock, changes, informer, watches, synced } = start([
      { events: [added(thing("a", "1")), end("5"), added(thing("b", "6"))], finally: "silence" },
    ]);
    await synced;
    await clock.advance(0);
    expect(changes).toEqual(["added a@1", "added b@6"]);
    expect(informer.synced()).toBe(true);
    expect(watches[0]).toMatchObject({ sendInitialEvents: true, timeoutSeconds: 600 });
  });

  test("watches on from the last version after a cut, without reading everything again", async () => {
    const { clock, watches, changes } = start([
      { events: [end("5"), added(thing("a", "7"))], finally: new ConnectionError("watch", new Error("cut")) },
      { events: [added(thing("b", "8"))], finally: "silence" },
    ]);
    await clock.advance(1_000);
    expect(watches[1]).toMatchObject({ resourceVersion: "7" });
    expect(watches[1]).not.toHaveProperty("sendInitialEvents");
    expect(changes).toEqual(["added a@7", "added b@8"]);
  });

  test("reads everything again after a 410 and derives what was deleted and made again meanwhile", async () => {
    const gone = new ApiError({ code: 410 }, { method: "WATCH", path: "/p", code: 410 });
    const { clock, changes } = start([
      { events: [added(thing("a", "1")), added(thing("b", "2")), end("5")], finally: gone },
      { events: [added(thing("b", "9", "b2")), end("10")], finally: "silence" },
    ]);
    await clock.advance(1_000);
    expect(changes).toEqual(["added a@1", "added b@2", "deleted a@1", "deleted b@2", "added b2@9"]);
  });

  test("lists in pages at a server that refuses WatchList, and does not try it again", async () => {
    const refused = new ApiError({ reason: "Invalid" }, { method: "WATCH", path: "/p", code: 422 });
    const { clock, changes, watches, lists } = start([{ finally: refused }, { finally: "silence" }], {
      items: [thing("a", "1")],
      resourceVersion: "4",
      continueToken: "",
    });
    await clock.advance(0);
    expect(changes).toEqual(["added a@1"]);
    expect(lists()).toBe(1);
    expect(watches[1]).toMatchObject({ resourceVersion: "4" });
  });

  test("lists in pages at a server that never sends the bookmark", async () => {
    const { clock, informer } = start([{ events: [added(thing("a", "1"))], finally: "silence" }], {
      items: [thing("a", "1")],
      resourceVersion: "4",
      continueToken: "",
    });
    await clock.advance(9_999);
    expect(informer.synced()).toBe(false);
    await clock.advance(1_000);
    expect(informer.synced()).toBe(true);
  });

  test("never gives up: it follows again after an hour of errors, with pauses up to half a minute", async () => {
    const failing = Array.from({ length: 100 }, () => ({ finally: new ConnectionError("watch", new Error("down")) }));
    const { clock, watches, informer, changes } = start(failing);
    await clock.advance(3_600_000);
    const tries = watches.length;
    expect(tries).toBeGreaterThan(60);
    expect(informer.synced()).toBe(false);
    failing.length = 0;
    failing.push({ events: [added(thing("a", "1")), end("5")], finally: "silence" } as never);
    await clock.advance(61_000);
    expect(changes).toEqual(["added a@1"]);
  });

  test("pauses before it opens a watch again that ends at once and empty", async () => {
    const { clock, watches } = start([
      { events: [end("5")], finally: "end" },
      ...Array.from({ length: 50 }, () => ({ finally: "end" as const })),
    ]);
    await clock.advance(10_000);
    expect(watches.length).toBeLessThan(8);
  });

  test("does not believe one list that is older than what it saw, but believes it in the end", async () => {
    const gone = () => new ApiError({ code: 410 }, { method: "WATCH", path: "/p", code: 410 });
    const old = { events: [added(thing("a", "3")), end("4")], finally: "silence" } as const;
    const { clock, changes } = start(
      [{ events: [added(thing("a", "90")), end("100")], finally: gone() }, ...Array.from({ length: 12 }, () => old)],
      { items: [thing("a", "3")], resourceVersion: "4", continueToken: "" },
    );
    await clock.advance(5_000);
    expect(changes).toEqual(["added a@90"]);
    await clock.advance(200_000);
    expect(changes).toEqual(["added a@90", "modified a@3"]);
  });
});

describe("an own write", () => {
  test("is seen at once, and an older event does not undo it", async () => {
    const older = Promise.withResolvers<void>();
    const { clock, informer, changes, metrics } = start([
      { events: [added(thing("a", "1")), end("5")], finally: new ConnectionError("w", new Error("cut")) },
      { events: [added(thing("a", "6"))], finally: "silence" },
    ]);
    await clock.advance(0);
    informer.put(thing("a", "8"));
    older.resolve();
    await clock.advance(1_000);
    expect(changes).toEqual(["added a@1", "modified a@8"]);
    expect(informer.store.get({ namespace: "n", name: "a" })?.metadata.resourceVersion).toBe("8");
    expect(await metrics.registry.getSingleMetricAsString("informer_stale_events_total")).toContain('{kind="Thing"} 1');
  });

  test("does not bring back an object whose delete overtook its answer", async () => {
    const { clock, informer, changes } = start([
      { events: [added(thing("a", "1")), end("5"), { type: "DELETED", object: thing("a", "9") }], finally: "silence" },
    ]);
    await clock.advance(0);
    informer.put(thing("a", "8"));
    expect(changes).toEqual(["added a@1", "deleted a@9"]);
    expect(informer.store.list()).toEqual([]);
  });
});

test("an object that an index or a transform cannot read keeps no other out of the cache", async () => {
  const clock = createManualClock();
  const informer = createInformer(
    {
      async *watch() {
        yield* [added(thing("bad", "1")), added(thing("good", "2")), end("5")];
        await new Promise(() => {});
      },
    } as unknown as WatchClient,
    {
      type: THING,
      clock,
      indexes: { name: ({ metadata }) => (metadata.name === "bad" ? (undefined as unknown as string[]).slice() : [metadata.name]) },
      transform: (object) => (object.metadata.name === "bad" ? (undefined as never as () => never)() : { ...object, kind: "Cut" }),
    },
  );
  await informer.start(new AbortController().signal);
  expect(informer.store.list().map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
    ["Thing", "bad"],
    ["Cut", "good"],
  ]);
  expect(informer.store.byIndex("name", "good")).toHaveLength(1);
});

test("one handler's throw does not hurt another, and managedFields are not kept", async () => {
  const heavy = { ...thing("a", "1"), metadata: { ...thing("a", "1").metadata, managedFields: [{}] } };
  const { clock, informer } = start([{ events: [], finally: "silence" }]);
  const seen: string[] = [];
  informer.onChange(() => {
    throw new Error("defect");
  });
  informer.onChange(({ object }) => seen.push(object.metadata.name));
  await clock.advance(0);
  informer.put(heavy);
  expect(seen).toEqual(["a"]);
  expect(informer.store.get({ namespace: "n", name: "a" })?.metadata).not.toHaveProperty("managedFields");
});
