/** One control plane with a hollow node for a whole sweep; each point of it has a namespace, an operator and a proxy of its own. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { waitFor } from "../../local-cluster/wait.ts";
import { GROUP, PLURAL } from "../../src/api/v1alpha1/group.ts";
import { KINDS } from "../../src/controllers/kinds.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import type { ResourceType } from "../../src/runtime/object.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { type HollowNode, startHollowNode } from "../hollow/node.ts";
import { bundleOperator, OperatorProcess } from "./operator.ts";
import { FaultProxy } from "./proxy.ts";

const NAMESPACE: ResourceType = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false };
const CONFIG = join(import.meta.dirname, "../../config");
const OPERATOR = "operator";

/** A place for one point. */
export interface Place {
  readonly namespace: string;
  readonly proxy: FaultProxy;
  readonly operator: OperatorProcess;
  readonly close: () => Promise<void>;
}

/** Everything that the points share. */
export class World {
  readonly plane: ControlPlane;
  readonly node: HollowNode;
  readonly client: ReturnType<typeof createClient>;
  readonly #proxies = new Map<string, FaultProxy>();
  readonly #ca: string;
  readonly #program: string;
  readonly #directory: string;
  #places = 0;

  private constructor(parts: {
    plane: ControlPlane;
    node: HollowNode;
    client: ReturnType<typeof createClient>;
    ca: string;
    program: string;
    directory: string;
  }) {
    this.plane = parts.plane;
    this.node = parts.node;
    this.client = parts.client;
    this.#ca = parts.ca;
    this.#program = parts.program;
    this.#directory = parts.directory;
    this.node.onTrinoCall = async (call) => (this.#proxies.get(call.namespace) ?? this.#proxies.get(""))?.onTrinoCall(call);
  }

  static async start(): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), "operator-"));
    const program = bundleOperator(directory);
    const plane = await startControlPlane({ controllers: true, users: { [OPERATOR]: [] } });
    const connection = await loadConnection({ KUBECONFIG: plane.kubeconfig }, systemClock);
    const client = createClient(connection);
    await install(client);
    const node = await startHollowNode(plane.kubeconfig);
    const { tls } = await connection.credentials();
    return new World({ plane, node, client, ca: String(tls.ca), program, directory });
  }

  async stop(): Promise<void> {
    this.node.stop();
    this.client.close();
    await this.plane.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  /** A namespace with the strictest Pod Security, an operator that does not run yet, and the proxy between. */
  async place(): Promise<Place> {
    const namespace = `point-${++this.#places}`;
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await this.client.create(NAMESPACE, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
    return this.#placeFor(namespace);
  }

  /** One operator for the namespaces of everybody, who makes and removes them. */
  everywhere(): Promise<Place> {
    return this.#placeFor("");
  }

  async #placeFor(namespace: string): Promise<Place> {
    let operator: OperatorProcess | undefined;
    const proxy = await FaultProxy.start({
      server: new URL(this.plane.url),
      ca: this.#ca,
      portOf: (...pod) => this.node.portOf(...pod),
      kill: () => operator?.kill(),
    });
    this.#proxies.set(namespace, proxy);
    const kubeconfig = await this.plane.kubeconfigFor(OPERATOR, proxy.url);
    await trustWithoutTls(kubeconfig);
    operator = new OperatorProcess({ kubeconfig, namespace, program: this.#program });
    return { namespace, proxy, operator, close: () => this.#close(namespace, { proxy, operator: operator as OperatorProcess }) };
  }

  async #close(namespace: string, { proxy, operator }: { proxy: FaultProxy; operator: OperatorProcess }): Promise<void> {
    await operator.end();
    proxy.stop();
    this.#proxies.delete(namespace);
    if (namespace === "") return;
    const clusters = await this.client.list(KINDS.TrinoCluster, { namespace });
    for (const { metadata } of clusters) {
      await this.client.mergePatch(KINDS.TrinoCluster, { namespace, name: metadata.name }, { metadata: { finalizers: null } });
    }
    await this.client.delete(NAMESPACE, { namespace: "", name: namespace });
  }
}

/** The proxy speaks plain HTTP, which the client library takes only from who says that no certificate is wanted. */
async function trustWithoutTls(kubeconfig: string): Promise<void> {
  const config = JSON.parse(await readFile(kubeconfig, "utf8")) as { clusters: { cluster: Record<string, unknown> }[] };
  for (const { cluster } of config.clusters) {
    delete cluster["certificate-authority"];
    cluster["insecure-skip-tls-verify"] = true;
  }
  await writeFile(kubeconfig, JSON.stringify(config));
}

/** The definition, and the operator's own rights: more than those it must not need. */
async function install(client: ReturnType<typeof createClient>): Promise<void> {
  const crd = await manifest(`crd/bases/${GROUP}_${PLURAL}.yaml`);
  const role = await manifest("rbac/role.yaml");
  const rbac = "rbac.authorization.k8s.io";
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: OPERATOR },
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: (role["metadata"] as { name: string }).name },
    subjects: [{ apiGroup: rbac, kind: "User", name: OPERATOR }],
  };
  await post(client, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
  await post(client, `/apis/${rbac}/v1/clusterroles`, role);
  await post(client, `/apis/${rbac}/v1/clusterrolebindings`, binding);
  await waitFor("the API server to serve TrinoCluster", () => client.list(KINDS.TrinoCluster));
}

async function manifest(path: string): Promise<Record<string, unknown>> {
  return load(await readFile(join(CONFIG, path), "utf8")) as Record<string, unknown>;
}

async function post(client: ReturnType<typeof createClient>, path: string, object: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const { status, body } = await client.raw({ method: "POST", path, headers, body: JSON.stringify(object) });
  if (status >= 300) throw new Error(`POST ${path}: ${status} ${body}`);
}
