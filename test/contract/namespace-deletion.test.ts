/** What the API server still does in a namespace that is being deleted, and that this is no failure of a reconcile. */
import { describe, expect, onTestFinished, test } from "vitest";
import { type ApiError, isNamespaceTerminating, isNotFound } from "../../src/runtime/api-error.ts";
import { createController } from "../../src/runtime/controller.ts";
import { createEventRecorder } from "../../src/runtime/events.ts";
import { type Logger, silentLogger } from "../../src/runtime/logger.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { createApplier } from "../../src/runtime/server-side-apply.ts";
import { CONFIG_MAP, NAMESPACE, newNamespace, newWidgetType, until, type Widget } from "./api-server.ts";

const FINALIZER = "example.com/hold";
const APPLY = { fieldManager: "contract", force: true };

/** A namespace that is being deleted and stays until the test ends, because an object in it has a finalizer. */
async function newTerminatingNamespace() {
  const { client, configMap, namespace: parent } = await newNamespace();
  const namespace = `${parent}-dying`;
  const named = (name: string) => ({ namespace, name });
  const type = await newWidgetType();
  await client.create(NAMESPACE, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const widget = { apiVersion: type.apiVersion, kind: type.kind, metadata: { ...named("held"), finalizers: [FINALIZER] } };
  await client.create<Widget>(type, widget);
  const inside = (name: string) => configMap(name, {}, { namespace });
  await client.delete(NAMESPACE, { namespace: "", name: namespace });
  const release = () => client.mergePatch(type, named("held"), { metadata: { finalizers: null } });
  onTestFinished(async () => void (await release().catch(unlessGone)));
  await until("a create is refused", () =>
    client.create(CONFIG_MAP, inside("probe")).then(
      () => false,
      (error: unknown) => isNamespaceTerminating(error) || Promise.reject(error),
    ),
  );
  return { client, named, inside, type, release };
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

function noting() {
  const lines: string[] = [];
  const note = (message: string, fields?: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note, child: () => logger };
  return { lines, logger };
}

describe("in a namespace that is being deleted", () => {
  test("the API server refuses to create, by every verb, and gives that cause", async () => {
    const { client, inside } = await newTerminatingNamespace();
    for (const write of [() => client.create(CONFIG_MAP, inside("new")), () => client.apply(CONFIG_MAP, inside("new"), APPLY)]) {
      const error = (await write().catch((caught: unknown) => caught)) as ApiError;
      expect([error.code, error.reason]).toEqual([403, "Forbidden"]);
      expect(error.details?.causes?.map(({ reason }) => reason)).toContain("NamespaceTerminating");
    }
  });

  test("the API server still takes a status and the end of a finalizer, by which a deletion comes to its end", async () => {
    const { client, named, type, release } = await newTerminatingNamespace();
    await until(
      "the deletion has reached the object",
      async () => (await client.get(type, named("held"))).metadata.deletionTimestamp !== undefined,
    );
    const status = { apiVersion: type.apiVersion, kind: type.kind, metadata: named("held"), status: { ready: false } } as Widget;
    expect((await client.apply<Widget>(type, status, { ...APPLY, subresource: "status" })).status).toEqual({ ready: false });
    await release();
    await expect(client.get(type, named("held"))).rejects.toSatisfy(isNotFound);
  });

  test("a reconcile that would make something has not failed, and an event is not missed", async () => {
    const { client, named, inside, type } = await newTerminatingNamespace();
    const { lines, logger } = noting();
    const metrics = createMetrics();
    const applier = createApplier(client, { fieldManager: "contract", hashAnnotation: "example.com/applied", lookup: () => undefined });
    const recorder = createEventRecorder(client, { controller: "example.com/test", instance: "i", logger });
    const regarding = await client.get(type, named("held"));
    const reconcile = async () => {
      recorder.record({ regarding, type: "Normal", reason: "Making", action: "Making", note: "a child" });
      await applier.apply(CONFIG_MAP, inside("child"));
      return {};
    };
    const controller = createController({ name: "widgets", reconcile, metrics, logger });
    const stop = new AbortController();
    controller.start(stop.signal);
    controller.enqueue(named("held"));
    const results = async () =>
      (await metrics.reconcileTotal.get()).values.filter(({ value }) => value > 0).map(({ labels, value }) => [labels["result"], value]);
    await until("it has ended", async () => (await results()).length > 0);
    stop.abort();
    await recorder.flush();
    expect(await results()).toEqual([["success", 1]]);
    expect(lines).toEqual([]);
  });
});
