import { describe, expect, onTestFinished, test } from "vitest";
import { createInformer, type InformerOptions } from "../../src/runtime/informer.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import type { WatchClient } from "../../src/runtime/watch-types.ts";
import { CONFIG_MAP, type ConfigMap, newClient, newNamespace, newProxiedConnection, newWidgetType, until } from "./api-server.ts";

async function follow(client: WatchClient, options: Partial<InformerOptions<ConfigMap>>) {
  const metrics = createMetrics();
  const informer = createInformer<ConfigMap>(client, { type: CONFIG_MAP, labelSelector: "mine", metrics, random: () => 0.1, ...options });
  const changes: string[] = [];
  informer.onChange(({ kind, object }) => changes.push(`${kind} ${object.metadata.name}`));
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  await informer.start(stop.signal);
  const names = () =>
    informer.store
      .list()
      .map(({ metadata }) => metadata.name)
      .sort();
  return { informer, changes, names, metrics };
}

const MINE = { labels: { mine: "1" } };

describe("an informer", () => {
  test("holds what is there when it is synced, follows, and finds by index", async () => {
    const { client, configMap, namespace, named } = await newNamespace();
    await client.create(CONFIG_MAP, configMap("a", { color: "red" }, MINE));
    const { informer, changes, names } = await follow(client, {
      namespaces: [namespace],
      indexes: { color: ({ data }) => (data?.["color"] === undefined ? [] : [data["color"]]) },
    });
    expect(names()).toEqual(["a"]);
    await client.create(CONFIG_MAP, configMap("b", { color: "red" }, MINE));
    await client.mergePatch(CONFIG_MAP, named("a"), { data: { color: "blue" } });
    await client.delete(CONFIG_MAP, named("b"));
    await until("the informer saw it all", () => changes.length === 4);
    expect(changes).toEqual(["added a", "added b", "modified a", "deleted b"]);
    expect([informer.store.byIndex("color", "red").length, informer.store.byIndex("color", "blue").length]).toEqual([0, 1]);
    expect(informer.store.get(named("a"))).not.toHaveProperty("metadata.managedFields");
  });

  test("follows several namespaces behind one store", async () => {
    const [one, two, three] = [await newNamespace(), await newNamespace(), await newNamespace()];
    const { names } = await follow(one.client, { namespaces: [one.namespace, two.namespace] });
    await three.client.create(CONFIG_MAP, three.configMap("c", {}, MINE));
    await two.client.create(CONFIG_MAP, two.configMap("b", {}, MINE));
    await one.client.create(CONFIG_MAP, one.configMap("a", {}, MINE));
    await until("both namespaces' objects are there", () => names().length === 2);
    expect(names()).toEqual(["a", "b"]);
  });

  test("sees an own write at once, and its echo is no second change", async () => {
    const { client, configMap, namespace, named } = await newNamespace();
    const { informer, changes } = await follow(client, { namespaces: [namespace] });
    const written = await client.apply<ConfigMap>(CONFIG_MAP, configMap("a", { x: "1" }, MINE), { fieldManager: "t", force: true });
    informer.put(written);
    expect(informer.store.get(named("a"))?.data).toEqual({ x: "1" });
    await client.create(CONFIG_MAP, configMap("later", {}, MINE));
    await until("the stream is past the echo", () => changes.includes("added later"));
    expect(changes).toEqual(["added a", "added later"]);
  });

  test("of metadata alone keeps no more of an own write either", async () => {
    const { client, configMap, namespace, named } = await newNamespace();
    const { informer } = await follow(client, { namespaces: [namespace], metadataOnly: true });
    informer.put(await client.apply<ConfigMap>(CONFIG_MAP, configMap("a", { x: "1" }, MINE), { fieldManager: "t", force: true }));
    expect(informer.store.get(named("a"))).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a", labels: MINE.labels },
    });
    expect(informer.store.get(named("a"))).not.toHaveProperty("data");
  });

  test("misses nothing across cuts of the connection, and reads nothing again", async () => {
    const { client, configMap, namespace } = await newNamespace();
    const proxy = await newProxiedConnection();
    const { changes, names, metrics } = await follow(await newClient(proxy.connection), { namespaces: [namespace] });
    for (let round = 0; round < 5; round++) {
      proxy.cut();
      await client.create(CONFIG_MAP, configMap(`c${round}`, {}, MINE));
      await until(`the change of round ${round} arrived`, () => changes.length === round + 1);
    }
    expect(names()).toEqual(["c0", "c1", "c2", "c3", "c4"]);
    expect(await metrics.registry.getSingleMetricAsString("informer_relists_total")).toContain('{kind="ConfigMap"} 1');
  });

  test("sees what was deleted and made again while the server was out of reach as deleted, then added", async () => {
    const { client, configMap, namespace, named } = await newNamespace();
    const proxy = await newProxiedConnection();
    const first = await client.create<ConfigMap>(CONFIG_MAP, configMap("a", {}, MINE));
    const { informer, changes } = await follow(await newClient(proxy.connection), { namespaces: [namespace] });
    const uids: (string | undefined)[] = [];
    informer.onChange(({ kind, object }) => kind !== "modified" && uids.push(object.metadata.uid));
    proxy.state.refuse = true;
    proxy.cut();
    await client.delete(CONFIG_MAP, named("a"));
    const second: KubernetesObject = await client.create(CONFIG_MAP, configMap("a", {}, MINE));
    proxy.state.refuse = false;
    await until("the informer caught up", () => changes.length === 3);
    expect(changes).toEqual(["added a", "deleted a", "added a"]);
    expect(uids).toEqual([first.metadata.uid, second.metadata.uid]);
  });

  test("reads everything again when the server's history does not reach back, and derives the deletes", async () => {
    const { client, namespace, named } = await newNamespace();
    const type = await newWidgetType(); // a new kind's history begins now, however young the API server is
    const create = (name: string) =>
      client.create(type, { apiVersion: type.apiVersion, kind: type.kind, metadata: { ...named(name), ...MINE } });
    await create("a");
    const proxy = await newProxiedConnection();
    const real = await newClient(proxy.connection);
    let forget = false;
    // The version is older than the kind: the server answers 410 as after a long cut.
    const forgetful: WatchClient = {
      ...real,
      watch: (followed, options, signal) =>
        real.watch(followed, forget && options.resourceVersion !== undefined ? { ...options, resourceVersion: "1" } : options, signal),
    };
    const { changes, names, metrics } = await follow(forgetful, { type, namespaces: [namespace] });
    await create("b");
    await until("the watch has begun", () => changes.includes("added b"));
    forget = true;
    proxy.state.refuse = true;
    proxy.cut();
    await client.delete(type, named("a"));
    proxy.state.refuse = false;
    await until("the delete was derived", () => changes.includes("deleted a"));
    expect(names()).toEqual(["b"]);
    expect(changes).toEqual(["added a", "added b", "deleted a"]);
    expect(await metrics.registry.getSingleMetricAsString("informer_relists_total")).toContain('{kind="Widget"} 2');
  });
});
