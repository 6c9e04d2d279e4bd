import { describe, expect, test } from "vitest";
import { isGone, isInvalid } from "../../src/runtime/api-error.ts";
import { INITIAL_EVENTS_END } from "../../src/runtime/watch.ts";
import { CONFIG_MAP, newNamespace, newWidgetType, servesWatchList } from "./api-server.ts";

/** By default in Kubernetes 1.32, and from 1.34 on. */
const watchList = await servesWatchList();

describe("a watch of the API server", () => {
  test.runIf(watchList)("starts with all objects and a bookmark, then follows", async () => {
    const { client, configMap, namespace, named } = await newNamespace();
    await client.create(CONFIG_MAP, configMap("a", {}, { labels: { mine: "1" } }));
    const seen: string[] = [];
    const stop = new AbortController();
    /** What is done after an event, to cause the next. */
    const next: Record<string, () => unknown> = {
      "end of the beginning": () => client.mergePatch(CONFIG_MAP, named("a"), { data: { x: "1" } }),
      "MODIFIED a": () => client.mergePatch(CONFIG_MAP, named("a"), { metadata: { labels: { mine: null } } }),
      "DELETED a": () => stop.abort(),
    };
    const options = { namespace, labelSelector: "mine", sendInitialEvents: true, timeoutSeconds: 60 };
    for await (const { type, object } of client.watch(CONFIG_MAP, options, stop.signal)) {
      const end = object.metadata.annotations?.[INITIAL_EVENTS_END] === "true";
      seen.push(end ? "end of the beginning" : `${type} ${object.metadata.name}`);
      await next[seen.at(-1) ?? ""]?.();
    }
    // An object that leaves the selector is deleted for who watches.
    expect(seen).toEqual(["ADDED a", "end of the beginning", "MODIFIED a", "DELETED a"]);
  });

  test("gives metadata only when that is asked for, with the kind's own name", async () => {
    const { client, configMap, namespace } = await newNamespace();
    await client.create(CONFIG_MAP, configMap("a", { x: "secret" }));
    for await (const { type, object } of client.watch(
      CONFIG_MAP,
      { namespace, fieldSelector: "metadata.name=a", metadataOnly: true },
      new AbortController().signal,
    )) {
      expect([type, object]).toMatchObject(["ADDED", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } }]);
      expect(object).not.toHaveProperty("data");
      break;
    }
    expect.assertions(2);
  });

  test.skipIf(watchList)("is refused as invalid where it should start with all objects and the server cannot", async () => {
    const { client, namespace } = await newNamespace();
    const read = async () => {
      for await (const _ of client.watch(CONFIG_MAP, { namespace, sendInitialEvents: true }, new AbortController().signal));
    };
    await expect(read()).rejects.toSatisfy(isInvalid);
  });

  test("tells that a version is too old to go on from", async () => {
    const { client, namespace } = await newNamespace();
    const type = await newWidgetType(); // a new kind's history begins now, however young the API server is
    const read = async () => {
      for await (const _ of client.watch(type, { namespace, resourceVersion: "1", timeoutSeconds: 5 }, new AbortController().signal));
    };
    await expect(read()).rejects.toSatisfy(isGone);
  });

  test("ends quietly after the time that we asked for", async () => {
    const { client, namespace } = await newNamespace();
    const start = performance.now();
    for await (const { type } of client.watch(
      CONFIG_MAP,
      { namespace, labelSelector: "none", timeoutSeconds: 1 },
      new AbortController().signal,
    ))
      expect(type).toBe("BOOKMARK");
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  test.runIf(watchList)("follows a custom kind by WatchList too", async () => {
    const { client, namespace } = await newNamespace();
    const type = await newWidgetType();
    await client.create(type, { apiVersion: type.apiVersion, kind: "Widget", metadata: { namespace, name: "w" } });
    const names: string[] = [];
    for await (const event of client.watch(
      type,
      { namespace, sendInitialEvents: true, timeoutSeconds: 30 },
      new AbortController().signal,
    )) {
      if (event.type === "BOOKMARK") break;
      names.push(event.object.metadata.name);
    }
    expect(names).toEqual(["w"]);
  });
});
