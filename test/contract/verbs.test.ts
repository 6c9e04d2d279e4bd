import { describe, expect, test } from "vitest";
import { isAlreadyExists, isConflict, isInvalid, isNotFound } from "../../src/runtime/api-error.ts";
import {
  CONFIG_MAP,
  type ConfigMap,
  NAMESPACE,
  newClient,
  newNamespace,
  newProxiedConnection,
  newWidgetType,
  type Widget,
} from "./api-server.ts";

describe("the API server", () => {
  test("creates, reads, changes and deletes", async () => {
    const { client, configMap, named } = await newNamespace();
    const made = await client.create(CONFIG_MAP, configMap("a", { x: "1" }));
    expect(await client.get(CONFIG_MAP, named("a"))).toEqual(made);
    const changed = await client.mergePatch<ConfigMap>(CONFIG_MAP, named("a"), { data: { x: null, y: "zürich €" } });
    expect(changed.data).toEqual({ y: "zürich €" });
    await client.delete(CONFIG_MAP, named("a"));
    await expect(client.get(CONFIG_MAP, named("a"))).rejects.toSatisfy(isNotFound);
  });

  test("is reached over one TLS connection, however many requests follow each other", async () => {
    const proxy = await newProxiedConnection();
    const client = await newClient(proxy.connection);
    for (let times = 0; times < 20; times++) await client.list(NAMESPACE);
    expect(proxy.state.connections).toBe(1);
  });

  test("refuses a second object of the same name", async () => {
    const { client, configMap } = await newNamespace();
    await client.create(CONFIG_MAP, configMap("a"));
    const error = await client.create(CONFIG_MAP, configMap("a")).catch((caught: unknown) => caught);
    expect([isAlreadyExists(error), isConflict(error)]).toEqual([true, false]);
  });

  test("refuses a patch and a delete whose preconditions do not hold", async () => {
    const { client, configMap, named } = await newNamespace();
    const { metadata } = await client.create(CONFIG_MAP, configMap("a"));
    await expect(client.mergePatch(CONFIG_MAP, named("a"), { metadata: { resourceVersion: "1" }, data: { x: "1" } })).rejects.toSatisfy(
      isConflict,
    );
    // A foreign UID in a patch is no conflict but a change of an immutable field.
    await expect(client.mergePatch(CONFIG_MAP, named("a"), { metadata: { uid: "1" }, data: { x: "1" } })).rejects.toSatisfy(isInvalid);
    await expect(client.delete(CONFIG_MAP, named("a"), { uid: "00000000-0000-0000-0000-000000000000" })).rejects.toSatisfy(isConflict);
    await expect(client.delete(CONFIG_MAP, named("a"), { uid: metadata.uid ?? "", resourceVersion: "1" })).rejects.toSatisfy(isConflict);
    await client.delete(CONFIG_MAP, named("a"), { uid: metadata.uid ?? "", resourceVersion: metadata.resourceVersion ?? "" });
  });

  test("keeps an object with a finalizer until the finalizer is gone", async () => {
    const { client, configMap, named } = await newNamespace();
    await client.create(CONFIG_MAP, configMap("a", {}, { finalizers: ["example.com/mine"] }));
    await client.delete(CONFIG_MAP, named("a"));
    expect((await client.get(CONFIG_MAP, named("a"))).metadata.deletionTimestamp).toBeDefined();
    await client.mergePatch(CONFIG_MAP, named("a"), { metadata: { finalizers: null } });
    await expect(client.get(CONFIG_MAP, named("a"))).rejects.toSatisfy(isNotFound);
  });

  test("lists more objects than fit on a page, and by label", async () => {
    const { client, configMap, namespace } = await newNamespace();
    const names = Array.from({ length: 23 }, (_, index) => `c${String(index).padStart(2, "0")}`);
    await Promise.all(
      names.map((name, index) => client.create(CONFIG_MAP, configMap(name, {}, { labels: { half: index % 2 === 0 ? "even" : "odd" } }))),
    );
    const labelSelector = "half";
    const first = await client.listPage(CONFIG_MAP, { namespace, labelSelector, limit: 10 });
    const second = await client.listPage(CONFIG_MAP, { namespace, labelSelector, limit: 10, continueToken: first.continueToken });
    const third = await client.listPage(CONFIG_MAP, { namespace, labelSelector, limit: 10, continueToken: second.continueToken });
    expect([first, second, third].flatMap(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual(names);
    expect([third.continueToken, second.resourceVersion]).toEqual(["", first.resourceVersion]);
    expect(await client.list(CONFIG_MAP, { namespace, labelSelector: "half=odd" })).toHaveLength(11);
    expect(first.items[0]).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
  });

  test("gives only metadata when only metadata is asked for", async () => {
    const { client, configMap, namespace } = await newNamespace();
    await client.create(CONFIG_MAP, configMap("a", { x: "secret" }));
    const { items } = await client.listPage(CONFIG_MAP, { namespace, limit: 10, metadataOnly: true, fieldSelector: "metadata.name=a" });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: "ConfigMap", metadata: { name: "a" } });
    expect(items[0]).not.toHaveProperty("data");
  });

  test("counts a generation for the spec only, and takes the status only at its subresource", async () => {
    const { client, namespace, named } = await newNamespace();
    const type = await newWidgetType();
    const widget: Widget = {
      apiVersion: type.apiVersion,
      kind: "Widget",
      metadata: { namespace, name: "w" },
      spec: { size: 1 },
      status: { ready: true },
    };
    const made = await client.create<Widget>(type, widget);
    expect([made.metadata.generation, made.status]).toEqual([1, undefined]);
    const withStatus = await client.mergePatch<Widget>(type, named("w"), { status: { ready: true }, spec: { size: 5 } }, "status");
    expect([withStatus.metadata.generation, withStatus.status, withStatus.spec]).toEqual([1, { ready: true }, { size: 1 }]);
    expect((await client.mergePatch(type, named("w"), { spec: { size: 2 } })).metadata.generation).toBe(2);
    await expect(client.mergePatch(type, named("w"), { spec: { size: 101 } })).rejects.toSatisfy(isInvalid);
  });
});
