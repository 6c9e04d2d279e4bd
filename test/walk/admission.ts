/** A control plane with the CRD, and what it says to a spec and to what is rendered from one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { waitFor } from "../../local-cluster/wait.ts";
import { API_VERSION, GROUP, KIND, PLURAL } from "../../src/api/v1alpha1/group.ts";
import type { TrinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";
import { asObject, KINDS, typeOf } from "../../src/controllers/kinds.ts";

import { ApiError } from "../../src/runtime/api-error.ts";
import type { Client } from "../../src/runtime/client.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import { objectPath, withQuery } from "../../src/runtime/paths.ts";
import { base64OfText } from "../../src/trino/base64.ts";
import type { Manifest } from "../../src/trino/resources.ts";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { OBJECTS } from "./bases.ts";

const CRD: ResourceType = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
};
const FIELD_MANAGER = "trino-operator";
const NAMESPACE: ResourceType = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false };

/** A name that exposes swaps. */
export const CLUSTER_NAME = "orders";

/** What the API server says to a spec. */
export type Admission = { readonly kind: "taken"; readonly object: TrinoCluster } | { readonly kind: "refused"; readonly message: string };

/** A running API server that knows the CRD. */
export interface Admitter {
  /** Makes a namespace with the Secrets and ConfigMaps of the walk, and a cluster in it that stays. */
  readonly settle: (namespace: string, spec: TrinoClusterSpec) => Promise<TrinoCluster>;
  /** What it says to another spec in the place of that of `object`; nothing is kept. */
  readonly edit: (object: TrinoCluster, spec: unknown) => Promise<Admission>;
  /** What it says to a new object; nothing is kept. */
  readonly create: (object: object, namespace: string) => Promise<Admission>;
  /** Applies an object as the operator does; with `dryRun` nothing is kept. Returns the refusal, or undefined. */
  readonly apply: (manifest: Manifest, options: { readonly dryRun: boolean }) => Promise<ApiError | undefined>;
  readonly stop: () => Promise<void>;
}

/** Starts one: a few seconds. */
export async function startAdmitter(): Promise<Admitter> {
  const plane = await startControlPlane();
  const client = createClient(await loadConnection({ KUBECONFIG: plane.kubeconfig }, systemClock));
  await installDefinition(client);
  return {
    settle: async (namespace, spec) => {
      await makeWorld(client, namespace);
      return client.create(KINDS.TrinoCluster, objectOf(spec, namespace) as KubernetesObject) as unknown as Promise<TrinoCluster>;
    },
    edit: (object, spec) => send(client, { method: "PUT", path: pathOf(object), body: { ...object, spec } }),
    create: (object, namespace) => send(client, { method: "POST", path: pathOf({ metadata: { namespace, name: "" } }), body: object }),
    apply: (manifest, options) => applied(client, manifest, options.dryRun),
    stop: async () => {
      client.close();
      await plane.stop();
    },
  };
}

/** A TrinoCluster of a spec. */
export function objectOf(spec: unknown, namespace: string, name: string = CLUSTER_NAME): object {
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name, namespace }, spec };
}

async function installDefinition(client: Client): Promise<void> {
  const file = join(import.meta.dirname, `../../config/crd/bases/${GROUP}_${PLURAL}.yaml`);
  await client.create(CRD, load(readFileSync(file, "utf8")) as KubernetesObject);
  await waitFor("the API server to serve TrinoClusters", async () => void (await client.list(KINDS.TrinoCluster)));
}

/** Makes a namespace with the Secrets and ConfigMaps of the walk. */
export async function makeWorld(client: Client, namespace: string): Promise<void> {
  await client.create(NAMESPACE, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  for (const [name, values] of Object.entries(OBJECTS)) {
    const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64OfText(value)]));
    await client.create(KINDS.Secret, { apiVersion: "v1", kind: "Secret", metadata: { namespace, name }, data } as KubernetesObject);
    const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name }, data: values };
    await client.create(KINDS.ConfigMap, configMap as KubernetesObject);
  }
}

function pathOf({ metadata: { namespace = "", name } }: Pick<TrinoCluster, "metadata">): string {
  const path = objectPath(KINDS.TrinoCluster, { namespace, name: name === "" ? "x" : name });
  return withQuery(name === "" ? path.slice(0, -2) : path, { dryRun: "All", fieldValidation: "Strict" });
}

async function send(
  client: Client,
  { method, path, body }: { readonly method: "PUT" | "POST"; readonly path: string; readonly body: object },
): Promise<Admission> {
  const headers = { "content-type": "application/json" };
  const answer = await client.raw({ method, path, headers, body: JSON.stringify(body) });
  if (answer.status < 300) return { kind: "taken", object: JSON.parse(answer.body) as TrinoCluster };
  if (answer.status === 429 || answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  return { kind: "refused", message: (JSON.parse(answer.body) as { message: string }).message };
}

/** The same request as the operator's; a dry run of it besides. */
async function applied(client: Client, manifest: Manifest, dryRun: boolean): Promise<ApiError | undefined> {
  const { name, namespace } = manifest.metadata;
  const query = { fieldManager: FIELD_MANAGER, force: true, ...(dryRun ? { dryRun: "All" } : {}) };
  const path = withQuery(objectPath(typeOf(manifest), { namespace, name }), query);
  const headers = { "content-type": "application/apply-patch+yaml" };
  const answer = await client.raw({ method: "PATCH", path, headers, body: JSON.stringify(asObject(manifest)) });
  if (answer.status < 300) return undefined;
  return new ApiError(JSON.parse(answer.body) as object, { method: "PATCH", path, code: answer.status });
}
