import { describe, expect, test } from "vitest";
import { isConflict, isNotFound, TerminalError } from "../../src/runtime/api-error.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { createApplier } from "../../src/runtime/server-side-apply.ts";
import { CONFIG_MAP, type ConfigMap, DEPLOYMENT, newNamespace, newWidgetType, type Widget } from "./api-server.ts";

const HASH = "example.com/applied";

async function newApplier() {
  const space = await newNamespace();
  const writes: string[] = [];
  const applier = createApplier(space.client, {
    fieldManager: "contract",
    hashAnnotation: HASH,
    lookup: () => undefined,
    onWrite: (type, { name }, existed) => writes.push(`${existed ? "changed" : "made"} ${type.kind} ${name}`),
  });
  return { ...space, applier, writes };
}

function deployment(namespace: string, container: object = {}): KubernetesObject {
  const labels = { app: "x" };
  const resources = { requests: { cpu: "1000m", memory: "1024Mi" }, limits: { memory: "1024Mi" } };
  const main = {
    name: "main",
    image: "example.com/none:1",
    args: ["a", "b"],
    env: [{ name: "A", value: "1" }],
    ports: [{ containerPort: 80, name: "http" }],
    resources,
    ...container,
  };
  const template = {
    metadata: { labels },
    spec: { nodeSelector: { "example.com/none": "x" }, containers: [main], volumes: [{ name: "v", emptyDir: {} }] },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace, name: "d" },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
  } as KubernetesObject;
}

describe("server-side apply", () => {
  test("makes an object where there is none of its name, and leaves one that is there as it is", async () => {
    const { client, configMap, named, applier, writes } = await newApplier();
    const made = await applier.create(CONFIG_MAP, configMap("free", { x: "1" }));
    expect(await applier.apply(CONFIG_MAP, configMap("free", { x: "1" }), made)).toBe(made);
    await client.create(CONFIG_MAP, configMap("taken", { x: "1" }));
    await expect(applier.create(CONFIG_MAP, configMap("taken", { x: "2" }))).rejects.toSatisfy(isConflict);
    const taken = await client.get<ConfigMap>(CONFIG_MAP, named("taken"));
    expect([taken.data, taken.metadata.annotations]).toEqual([{ x: "1" }, undefined]);
    expect(writes).toEqual(["made ConfigMap free"]);
  });

  test("neither brings back an object that was deleted, nor changes its namesake", async () => {
    const { client, configMap, named, applier } = await newApplier();
    const known = await applier.apply(CONFIG_MAP, configMap("a", { x: "1" }));
    await client.delete(CONFIG_MAP, named("a"));
    await expect(applier.apply(CONFIG_MAP, configMap("a", { x: "2" }), known)).rejects.toSatisfy(isConflict);
    await expect(client.get(CONFIG_MAP, named("a"))).rejects.toSatisfy(isNotFound);
    await client.create(CONFIG_MAP, configMap("a", { x: "3" }));
    await expect(applier.apply(CONFIG_MAP, configMap("a", { x: "2" }), known)).rejects.toSatisfy(isConflict);
    expect((await client.get<ConfigMap>(CONFIG_MAP, named("a"))).data).toEqual({ x: "3" });
  });

  test("refuses a field of another manager without force, and takes it with force", async () => {
    const { client, configMap } = await newNamespace();
    await client.apply(CONFIG_MAP, configMap("a", { x: "1" }), { fieldManager: "one", force: true });
    await expect(client.apply(CONFIG_MAP, configMap("a", { x: "2" }), { fieldManager: "two", force: false })).rejects.toSatisfy(isConflict);
    expect((await client.apply<ConfigMap>(CONFIG_MAP, configMap("a", { x: "2" }), { fieldManager: "two", force: true })).data).toEqual({
      x: "2",
    });
  });

  test("removes a field that is not applied any more, and leaves another manager's alone", async () => {
    const { client, configMap, named } = await newNamespace();
    await client.apply(CONFIG_MAP, configMap("a", { x: "1", y: "1" }), { fieldManager: "one", force: true });
    await client.mergePatch(CONFIG_MAP, named("a"), { data: { foreign: "f" } });
    expect((await client.apply<ConfigMap>(CONFIG_MAP, configMap("a", { x: "1" }), { fieldManager: "one", force: true })).data).toEqual({
      x: "1",
      foreign: "f",
    });
  });

  test("changes no version when nothing changes", async () => {
    const { client, configMap } = await newNamespace();
    const options = { fieldManager: "one", force: true };
    const first = await client.apply(CONFIG_MAP, configMap("a", { x: "1" }), options);
    expect((await client.apply(CONFIG_MAP, configMap("a", { x: "1" }), options)).metadata.resourceVersion).toBe(
      first.metadata.resourceVersion,
    );
  });
});

describe("the applier", () => {
  test("writes once, and never again while nothing changed, by a new process neither", async () => {
    const { client, applier, writes, namespace, named } = await newApplier();
    await applier.apply(DEPLOYMENT, deployment(namespace));
    const live = await client.get(DEPLOYMENT, named("d"));
    await applier.apply(DEPLOYMENT, deployment(namespace), live);
    const restarted = createApplier(client, {
      fieldManager: "contract",
      hashAnnotation: HASH,
      lookup: () => live,
      onWrite: () => writes.push("restarted"),
    });
    await restarted.apply(DEPLOYMENT, deployment(namespace));
    expect(writes).toEqual(["made Deployment d"]);
  });

  test("writes once a value that the server rewrites", async () => {
    const { applier, writes, namespace } = await newApplier();
    const env = [{ name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1024Mi" } } }];
    const live = await applier.apply(DEPLOYMENT, deployment(namespace, { env }));
    expect(JSON.stringify(live)).toContain('"divisor":"1Gi"');
    expect(await applier.apply(DEPLOYMENT, deployment(namespace, { env }), live)).toBe(live);
    expect(writes).toHaveLength(1);
  });

  test("repairs a field of ours, and leaves what others added", async () => {
    const { client, applier, writes, namespace, named } = await newApplier();
    await applier.apply(DEPLOYMENT, deployment(namespace));
    const foreign = await client.mergePatch(DEPLOYMENT, named("d"), { metadata: { labels: { foreign: "f" } } });
    await applier.apply(DEPLOYMENT, deployment(namespace), foreign);
    expect(writes).toHaveLength(1);
    const drifted = await client.mergePatch(DEPLOYMENT, named("d"), { spec: { replicas: 3 } });
    const repaired = await applier.apply(DEPLOYMENT, deployment(namespace), drifted);
    expect(repaired).toMatchObject({ metadata: { labels: { foreign: "f" } }, spec: { replicas: 1 } });
    expect(writes).toHaveLength(2);
  });

  test("takes away what is not wanted any more", async () => {
    const { applier, writes, namespace } = await newApplier();
    const live = await applier.apply(DEPLOYMENT, deployment(namespace));
    const changed = await applier.apply(DEPLOYMENT, deployment(namespace, { env: [] }), live);
    expect(writes).toHaveLength(2);
    expect(JSON.stringify(changed)).not.toContain('"name":"A"');
    await applier.apply(DEPLOYMENT, deployment(namespace, { env: [] }), changed);
    expect(writes).toHaveLength(2);
  });

  test("explains an immutable field, and does not ask to be repeated", async () => {
    const { applier, namespace } = await newApplier();
    const live = await applier.apply(DEPLOYMENT, deployment(namespace));
    const other = {
      ...deployment(namespace),
      spec: { ...(deployment(namespace) as KubernetesObject & { spec: object }).spec, selector: { matchLabels: { app: "y" } } },
    };
    const error = await applier.apply(DEPLOYMENT, other, live).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TerminalError);
    expect(String(error)).toContain(`Deployment ${namespace}/d was refused: spec.`);
  });

  test("writes a status once, rebuilds it when somebody wiped it, and not on a namesake", async () => {
    const { client, applier, writes, namespace, named } = await newApplier();
    const type = await newWidgetType();
    const made = await client.create<Widget>(type, {
      apiVersion: type.apiVersion,
      kind: "Widget",
      metadata: { namespace, name: "w" },
      spec: { size: 1 },
    });
    const status = { ready: true, message: undefined };
    const live = await applier.applyStatus(type, made, status);
    expect([live.status, live.spec, live.metadata.generation]).toEqual([{ ready: true }, { size: 1 }, 1]);
    expect(await applier.applyStatus(type, live, status)).toBe(live);
    const wiped = await client.mergePatch<Widget>(type, named("w"), { status: null }, "status");
    expect((await applier.applyStatus(type, wiped, status)).status).toEqual({ ready: true });
    expect(writes).toHaveLength(2);
    await client.delete(type, named("w"));
    await client.create(type, { apiVersion: type.apiVersion, kind: "Widget", metadata: { namespace, name: "w" } });
    await expect(applier.applyStatus(type, wiped, { ready: false })).rejects.toSatisfy(isConflict);
  });
});
