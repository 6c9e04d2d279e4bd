/** What the contract tests share: a client of a real API server, and a namespace that goes when the test ends. */
import { randomBytes } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { isInvalid, isNotFound } from "../../src/runtime/api-error.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import type { Connection } from "../../src/runtime/connection.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";

export const NAMESPACE: ResourceType = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false };
export const CONFIG_MAP: ResourceType = { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true };
export const DEPLOYMENT: ResourceType = { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true };
const CRD: ResourceType = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};

/** A ConfigMap. */
export interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** A custom resource with a status. */
export interface Widget extends KubernetesObject {
  readonly spec?: { readonly size?: number; readonly color?: string };
  readonly status?: { readonly ready?: boolean; readonly message?: string };
}

/** The connection that KUBECONFIG names; fails at once, and clearly, without one. */
export async function connectToCluster(): Promise<Connection> {
  const { KUBECONFIG } = process.env;
  if (KUBECONFIG === undefined) throw new Error("the contract suite runs against a real API server: set KUBECONFIG");
  return loadConnection({ KUBECONFIG }, systemClock);
}

/** A client whose connections are closed when the test ends. */
export async function newClient(connection?: Connection) {
  const client = createClient(connection ?? (await connectToCluster()));
  onTestFinished(() => client.close());
  return client;
}

/** A client and a namespace of the test's own. */
export async function newNamespace() {
  const client = await newClient();
  const namespace = `contract-${randomBytes(4).toString("hex")}`;
  await client.create(NAMESPACE, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  onTestFinished(async () => {
    const cleaner = createClient(await connectToCluster());
    await cleaner.delete(NAMESPACE, { namespace: "", name: namespace }).finally(() => cleaner.close());
  });
  const configMap = (name: string, data: Record<string, string> = {}, metadata: object = {}): ConfigMap => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace, name, ...metadata },
    data,
  });
  return { client, namespace, configMap, named: (name: string) => ({ namespace, name }) };
}

/** A custom kind with a status subresource, which goes when the test ends. */
export async function newWidgetType(): Promise<ResourceType> {
  const client = await newClient();
  const group = `c${randomBytes(4).toString("hex")}.example.com`;
  const name = `widgets.${group}`;
  const integer = { type: "integer", maximum: 100 };
  const spec = { type: "object", properties: { size: integer, color: { type: "string" } } };
  const status = { type: "object", properties: { ready: { type: "boolean" }, message: { type: "string" } } };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec, status } } };
  const crd = {
    apiVersion: CRD.apiVersion,
    kind: CRD.kind,
    metadata: { name },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", singular: "widget" },
      versions: [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
  await client.create(CRD, crd);
  onTestFinished(async () => {
    const cleaner = createClient(await connectToCluster());
    await cleaner.delete(CRD, { namespace: "", name }).finally(() => cleaner.close());
  });
  const type = { apiVersion: `${group}/v1`, kind: "Widget", plural: "widgets", namespaced: true };
  await until("the API server serves the new kind", () =>
    client.list(type).then(
      () => true,
      (error) => !isNotFound(error) && Promise.reject(error),
    ),
  );
  return type;
}

/** Whether the API server begins a watch with all objects when asked; one that cannot calls the question invalid. */
export async function servesWatchList(): Promise<boolean> {
  const client = createClient(await connectToCluster());
  try {
    const options = { sendInitialEvents: true, timeoutSeconds: 5 };
    for await (const _ of client.watch(NAMESPACE, options, new AbortController().signal)) break;
    return true;
  } catch (error) {
    if (isInvalid(error)) return false;
    throw error;
  } finally {
    client.close();
  }
}

/** Waits until a condition holds, and says which one did not. Throws of the condition end the wait. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The API server behind a TCP proxy whose connections can be cut, refused or silenced. */
export async function newProxiedConnection() {
  const direct = await connectToCluster();
  const sockets = new Set<Socket>();
  const state = { refuse: false, silent: false, resets: 0, connections: 0 };
  const server = createServer((near) => {
    state.connections++;
    if (state.refuse) return near.resetAndDestroy();
    const far = connect(Number(direct.server.port || 443), direct.server.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    near.on("error", () => state.resets++);
    near.on("data", (data) => far.write(data)).on("close", () => far.destroy());
    far.on("data", (data) => !state.silent && near.write(data)).on("close", () => !state.silent && near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const url = new URL(direct.server);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { tls, authorization } = await direct.credentials();
  // Every API server's certificate has this name, and few have the proxy's address.
  const credentials = { authorization, tls: { ...tls, servername: "kubernetes.default.svc" } };
  const connection: Connection = { ...direct, server: url, credentials: () => Promise.resolve(credentials) };
  return { connection, cut, state };
}
