/** All parts together: informers, queue, reconcile, applier, lease, manager. */
import { describe, expect, test } from "vitest";
import { createController } from "../../src/runtime/controller.ts";
import { fence } from "../../src/runtime/fence.ts";
import { createInformer } from "../../src/runtime/informer.ts";
import { createLeaderElector } from "../../src/runtime/leader-election.ts";
import { silentLogger } from "../../src/runtime/logger.ts";
import { createManager } from "../../src/runtime/manager.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { nameOf, type ResourceType } from "../../src/runtime/object.ts";
import { createApplier } from "../../src/runtime/server-side-apply.ts";
import type { WatchClient } from "../../src/runtime/watch-types.ts";
import { CONFIG_MAP, type ConfigMap, newNamespace, newWidgetType, until, type Widget } from "./api-server.ts";

/** Makes a ConfigMap per widget, and says in its status that it did. */
function startOperator(unfenced: WatchClient, type: ResourceType, namespace: string, identity: string) {
  const shared = { metrics: createMetrics(), logger: silentLogger };
  const elector = createLeaderElector(unfenced, { ...shared, lease: { namespace, name: "operator" }, identity });
  const client = fence(unfenced, elector);
  const widgets = createInformer<Widget>(client, { ...shared, type, namespaces: [namespace] });
  const children = createInformer<ConfigMap>(client, {
    ...shared,
    type: CONFIG_MAP,
    namespaces: [namespace],
    labelSelector: "widget",
  });
  const writes: string[] = [];
  /** By widget, the version of it that the last reconcile to end has seen. */
  const reconciled = new Map<string, string | undefined>();
  const applier = createApplier(client, {
    fieldManager: "contract",
    hashAnnotation: "example.com/applied",
    lookup: ({ kind }, name) => (kind === "Widget" ? widgets : children).store.get(name),
    put: ({ kind }, object) => (kind === "Widget" ? widgets : children).put(object as never),
    onWrite: ({ kind }, { name }) => writes.push(`${kind} ${name}`),
  });
  const controller = createController({
    ...shared,
    name: "widgets",
    reconcile: async (request) => {
      const widget = widgets.store.get(request);
      if (widget === undefined) return {};
      const { name, uid = "", resourceVersion } = widget.metadata;
      const owner = { apiVersion: type.apiVersion, kind: type.kind, name, uid, controller: true };
      const metadata = { namespace, name, labels: { widget: name }, ownerReferences: [owner] };
      const data = { size: String(widget.spec?.size), ...(widget.spec?.color === undefined ? {} : { color: widget.spec.color }) };
      await applier.apply<ConfigMap>(CONFIG_MAP, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
      await applier.applyStatus(type, widget, { ready: true });
      reconciled.set(name, resourceVersion);
      return {};
    },
  });
  controller.watch(widgets, ({ object }) => [nameOf(object)], { resync: true });
  controller.watch(children, ({ object }) => [nameOf(object)]);
  const stop = new AbortController();
  const manager = createManager({ ...shared, informers: [widgets, children], controllers: [controller], elector });
  const result = manager.run(stop.signal);
  return { writes, elector, stop, result, children, widgets, reconciled };
}

describe("an operator made of these parts", () => {
  test("makes children, repairs them, takes away what is not wanted, and writes nothing after a restart", async () => {
    const { client, namespace, named } = await newNamespace();
    const type = await newWidgetType();
    const names = Array.from({ length: 20 }, (_, index) => `w${index}`);
    const spec = { size: 1, color: "red" };
    for (const name of names)
      await client.create<Widget>(type, { apiVersion: type.apiVersion, kind: "Widget", metadata: { namespace, name }, spec });
    const first = startOperator(client, type, namespace, "one");
    await until(
      "all have a child and a status",
      () => first.writes.length >= 40 && first.widgets.store.list().every(({ status }) => status?.ready === true),
    );
    await client.mergePatch(CONFIG_MAP, named("w0"), { data: { size: "999" } });
    await until("the drift is repaired", async () => (await client.get<ConfigMap>(CONFIG_MAP, named("w0"))).data?.["size"] === "1");
    await client.delete(CONFIG_MAP, named("w1"));
    await until("the deleted child is there again", () =>
      client.get(CONFIG_MAP, named("w1")).then(
        () => true,
        () => false,
      ),
    );
    await client.mergePatch(type, named("w2"), { spec: { color: null, size: 2 } });
    await until(
      "the field went",
      async () => JSON.stringify((await client.get<ConfigMap>(CONFIG_MAP, named("w2"))).data) === '{"size":"2"}',
    );
    // The API server shows a write before its answer has reached the operator. So everything is looked at once more: what
    // was under way is counted by then, and what is written without need would be, too.
    const touch = { metadata: { annotations: { "example.com/touched": "1" } } };
    const versions = new Map<string, string | undefined>();
    for (const name of names) versions.set(name, (await client.mergePatch(type, named(name), touch)).metadata.resourceVersion);
    await until("all are looked at once more", () => names.every((name) => first.reconciled.get(name) === versions.get(name)));
    const once = names.flatMap((name) => [`ConfigMap ${name}`, `Widget ${name}`]);
    expect(first.writes.toSorted()).toEqual([...once, "ConfigMap w0", "ConfigMap w1", "ConfigMap w2"].sort());

    const second = startOperator(client, type, namespace, "two");
    await until("the other one's caches are full", () => second.children.synced() && second.widgets.synced());
    expect([first.elector.isLeader(), second.elector.isLeader()]).toEqual([true, false]);
    first.stop.abort();
    expect(await first.result).toEqual({ kind: "stopped" });
    await until("the other one has looked at everything", () => names.every((name) => second.reconciled.has(name)));
    expect(second.writes).toEqual([]);
    second.stop.abort();
    expect(await second.result).toEqual({ kind: "stopped" });
  });
});
