/** What an informer keeps of what several watches bring, tells and counts. */
import { describe, expect, test } from "vitest";
import { added, initialEventsEnd as end, THING } from "../../test/watch-events.ts";
import { ApiError } from "./api-error.ts";
import { createInformer } from "./informer.ts";
import { silentLogger } from "./logger.ts";
import { createManualClock } from "./manual-clock.ts";
import { createMetrics } from "./metrics.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";
import type { WatchClient, WatchEvent, WatchOptions } from "./watch-types.ts";

describe("an informer", () => {
  const inside = (namespace: string, name: string, resourceVersion: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Thing",
    metadata: { namespace, name, uid: name, resourceVersion },
  });

  /** Each namespace has its own stream; what is sent into it comes at once. */
  function follow(options: Partial<Parameters<typeof createInformer<KubernetesObject>>[1]> = {}) {
    const clock = createManualClock();
    const metrics = createMetrics();
    const watches: WatchOptions[] = [];
    const streams = new Map<string, PromiseWithResolvers<WatchEvent<KubernetesObject>>>();
    async function* watch(_type: ResourceType, wanted: WatchOptions) {
      watches.push(wanted);
      for (;;) {
        const next = Promise.withResolvers<WatchEvent<KubernetesObject>>();
        streams.set(wanted.namespace ?? "", next);
        yield await next.promise;
      }
    }
    const client = { watch } as unknown as WatchClient;
    const said: unknown[] = [];
    const logger = { ...silentLogger, error: (...line: unknown[]) => said.push(line) };
    const informer = createInformer(client, { type: THING, clock, metrics, random: () => 1, logger, ...options });
    const changes: string[] = [];
    informer.onChange(({ kind, object }) => changes.push(`${kind} ${object.metadata.namespace}/${object.metadata.name}`));
    const stop = new AbortController();
    let isStarted = false;
    void informer.start(stop.signal).then(() => {
      isStarted = true;
    });
    const send = async (namespace: string, ...events: WatchEvent<KubernetesObject>[]) => {
      for (const event of events) {
        await clock.advance(0);
        streams.get(namespace)?.resolve(event);
        await clock.advance(0);
      }
    };
    const metric = (name: string) => metrics.registry.getSingleMetricAsString(name);
    return { clock, informer, changes, watches, streams, send, stop, said, metric, isStarted: () => isStarted };
  }

  test("follows each of its namespaces with what is selected, and is synced with the last of them", async () => {
    const select = { labelSelector: "a=b", fieldSelector: "c=d", metadataOnly: true };
    const { informer, watches, send, isStarted } = follow({ namespaces: ["one", "two"], ...select });
    expect(watches).toEqual(["one", "two"].map((namespace) => ({ namespace, ...select, sendInitialEvents: true, timeoutSeconds: 600 })));
    await send("one", added(inside("one", "a", "1")), end("5"));
    expect([informer.synced(), isStarted()]).toEqual([false, false]);
    await send("two", added(inside("two", "b", "1")), end("5"));
    expect([informer.synced(), isStarted()]).toEqual([true, true]);
    expect(informer.store.list().map(({ metadata: { name } }) => name)).toEqual(["a", "b"]);
  });

  test("follows all with one watch that selects nothing, unless it is told otherwise", async () => {
    for (const namespaces of [undefined, []]) {
      const { watches } = follow(namespaces === undefined ? {} : { namespaces });
      expect(watches).toEqual([{ sendInitialEvents: true, timeoutSeconds: 600 }]);
    }
  });

  test("ends its start when it is stopped before it holds everything", async () => {
    const { clock, informer, stop, isStarted } = follow();
    await clock.advance(1_000);
    expect(isStarted()).toBe(false);
    stop.abort();
    await clock.advance(0);
    expect([informer.synced(), isStarted()]).toEqual([false, true]);
  });

  test("heard last of the server when the quietest of its watches did", async () => {
    const { clock, informer, send } = follow({ namespaces: ["one", "two"] });
    await clock.advance(1_000);
    await send("one", end("5"));
    expect(informer.lastActivity).toBe(0);
    await clock.advance(1_000);
    await send("two", end("5"));
    expect(informer.lastActivity).toBe(1_000);
  });

  test("puts an own write into the cache where its namespace is followed and its news is not past, and nowhere else", async () => {
    const { informer, changes, send } = follow({ namespaces: ["one"] });
    await send("one", added(inside("one", "a", "3")), end("5"));
    informer.put(inside("two", "b", "9"));
    informer.put(inside("one", "c", "5"));
    informer.put(inside("one", "d", "6"));
    informer.put(inside("one", "a", "4"));
    expect(changes).toEqual(["added one/a", "added one/d", "modified one/a"]);
    const everywhere = follow();
    await everywhere.send("", end("5"));
    everywhere.informer.put(inside("any", "a", "6"));
    everywhere.informer.put({ apiVersion: "v1", kind: "Thing", metadata: { name: "whole", uid: "w", resourceVersion: "7" } });
    expect(everywhere.changes).toEqual(["added any/a", "added undefined/whole"]);
  });

  test("keeps the objects of other namespaces when one of them is listed again", async () => {
    const { clock, informer, send, streams } = follow({ namespaces: ["one", "two"] });
    await send("one", added(inside("one", "a", "1")), end("5"));
    await send("two", added(inside("two", "b", "1")), end("5"));
    streams.get("one")?.reject(new ApiError({ code: 410 }, { method: "WATCH", path: "/p", code: 410 }));
    await clock.advance(1_000);
    await send("one", added(inside("one", "c", "8")), end("9"));
    expect(informer.store.list().map(({ metadata: { name } }) => name)).toEqual(["b", "c"]);
  });

  test("counts lists, objects and stale events, but not the echo of an own write", async () => {
    const { informer, send, metric } = follow();
    await send("", added(inside("n", "a", "1")), added(inside("n", "b", "1")), end("5"));
    informer.put(inside("n", "a", "8"));
    await send("", { type: "MODIFIED", object: inside("n", "a", "8") });
    expect(await metric("informer_stale_events_total")).not.toContain("} 1");
    await send("", { type: "MODIFIED", object: inside("n", "a", "7") });
    await send("", { type: "DELETED", object: inside("n", "b", "9") });
    expect(await metric("informer_stale_events_total")).toContain('{kind="Thing"} 1');
    expect(await metric("informer_relists_total")).toContain('{kind="Thing"} 1');
    expect(await metric("informer_objects")).toContain('{kind="Thing"} 1');
  });

  test("says which object a handler, an index or a transform cannot use", async () => {
    const fail = () => {
      throw new Error("defect");
    };
    const { informer, send, said } = follow({ indexes: { broken: fail }, transform: fail });
    informer.onChange(fail);
    await send("", end("5"), added(inside("n", "a", "6")));
    const fields = (part: string) => [
      "informer cannot use an object",
      { part, kind: "Thing", namespace: "n", name: "a", error: new Error("defect") },
    ];
    expect(said).toEqual([fields("transform"), fields("index"), fields("handler")]);
    expect(informer.store.byIndex("broken", "x")).toEqual([]);
  });
});
