/**
 * A hollow node: it binds pods and runs them by their status alone. A pod of Trino gets a hollow Trino. As a kubelet does, it
 * starts nothing whose ConfigMaps and Secrets are not there, lets a deleted pod drain before it goes, and keeps its node alive.
 */
import type { IPod } from "kubernetes-models/v1/Pod";
import { KINDS } from "../../src/controllers/kinds.ts";
import type { Live } from "../../src/lifecycle/stores.ts";
import { ApiError, isNotFound } from "../../src/runtime/api-error.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { createInformer } from "../../src/runtime/informer.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import { metaTime } from "../../src/runtime/time.ts";
import { schemaVersionOf } from "../../src/trino/hive-versions.ts";
import {
  CLUSTER_LABEL,
  COMPONENT_LABEL,
  HIVE_VERSION_ANNOTATION,
  INTERNAL_SECRET_ANNOTATION,
  VERSION_ANNOTATION,
} from "../../src/trino/labels.ts";
import { TRINO_CONTAINER } from "../../src/trino/resources/trino-container.ts";
import { objectsOf } from "./pod-objects.ts";
import { HollowTrino } from "./trino.ts";

type Pod = Live<IPod>;

/** What a Trino process is asked, and in which pod. */
export interface TrinoCall {
  readonly namespace: string;
  readonly pod: string;
  readonly method: string;
  readonly path: string;
}

/** What happened to a pod. */
export interface PodNews {
  readonly namespace: string;
  readonly kind: "created" | "deleting" | "gone";
  readonly component: string;
  readonly version: string;
  readonly name: string;
}

/** A running hollow node. */
export interface HollowNode {
  /** The port on this machine where the Trino process of a pod answers; undefined where none runs. */
  readonly portOf: (namespace: string, pod: string) => number | undefined;
  readonly news: readonly PodNews[];
  /** Called before a Trino process answers. */
  onTrinoCall: (call: TrinoCall) => Promise<void>;
  readonly stop: () => void;
}

const NODE = "hollow";
const RETRY_MS = 200;
const HEARTBEAT_MS = 10_000;

/** Starts one with the rights of an administrator. */
export async function startHollowNode(kubeconfig: string): Promise<HollowNode> {
  const client = createClient(await loadConnection({ KUBECONFIG: kubeconfig }, systemClock));
  const node = new Kubelet(client);
  await node.start();
  return node;
}

class Kubelet implements HollowNode {
  readonly news: PodNews[] = [];
  onTrinoCall: (call: TrinoCall) => Promise<void> = () => Promise.resolve();
  readonly #client: ReturnType<typeof createClient>;
  readonly #pods;
  readonly #processes = new Map<string, { readonly pod: Pod; readonly trino: HollowTrino }>();
  readonly #busy = new Set<string>();
  /** UIDs of pods of which there is news. */
  readonly #fresh = new Set<string>();
  readonly #end = new AbortController();
  #addresses = 0;

  constructor(client: ReturnType<typeof createClient>) {
    this.#client = client;
    this.#pods = createInformer<Pod>(client, { type: KINDS.Pod });
  }

  async start(): Promise<void> {
    const beat = async (): Promise<void> => {
      await this.#sayReady().catch(() => undefined); // the API server may be away
      if (!this.#end.signal.aborted) systemClock.after(HEARTBEAT_MS, () => void beat());
    };
    await this.#client.create(KINDS.Node, { apiVersion: "v1", kind: "Node", metadata: { name: NODE } });
    await beat();
    this.#pods.onChange(({ kind, object, previous }) => {
      if (previous === undefined) this.#note("created", object);
      else if (object.metadata.deletionTimestamp !== undefined && previous.metadata.deletionTimestamp === undefined)
        this.#note("deleting", object);
      if (kind === "deleted") {
        this.#note("gone", object);
        this.#endProcess(object);
      } else void this.#sync(object.metadata.uid ?? "", object);
    });
    await this.#pods.start(this.#end.signal);
  }

  portOf(namespace: string, pod: string): number | undefined {
    const found = [...this.#processes.values()].find(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === pod);
    return found?.trino.port;
  }

  stop(): void {
    this.#end.abort();
    for (const { pod } of this.#processes.values()) this.#endProcess(pod);
    this.#client.close();
  }

  #note(kind: PodNews["kind"], { metadata }: Pod): void {
    const { namespace = "", name, labels, annotations } = metadata;
    this.news.push({ namespace, name, kind, component: labels?.[COMPONENT_LABEL] ?? "", version: annotations?.[VERSION_ANNOTATION] ?? "" });
  }

  /** One step at a time for a pod, each from what the cache holds then; news that come meanwhile are looked at afterwards. */
  async #sync(uid: string, { metadata }: Pod): Promise<void> {
    this.#fresh.add(uid);
    if (this.#busy.has(uid) || this.#end.signal.aborted) return;
    this.#busy.add(uid);
    try {
      while (this.#fresh.delete(uid)) await this.#walk(uid, metadata);
    } catch (error) {
      if (this.#end.signal.aborted || isNotFound(error)) return;
      if (!(error instanceof ApiError)) process.stderr.write(`hollow node: ${String(error)}\n`);
      systemClock.after(RETRY_MS, () => void this.#sync(uid, { metadata } as Pod));
    } finally {
      this.#busy.delete(uid);
    }
  }

  /** Step after step, until there is nothing to do. */
  async #walk(uid: string, metadata: Pod["metadata"]): Promise<void> {
    for (let pod = this.#known(uid, metadata); pod && (await this.#step(pod)); pod = this.#known(uid, metadata));
  }

  #known(uid: string, { namespace = "", name }: Pod["metadata"]): Pod | undefined {
    const pod = this.#pods.store.get({ namespace, name });
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  /** True when another step may follow at once. */
  async #step(pod: Pod): Promise<boolean> {
    if (pod.metadata.deletionTimestamp !== undefined) return this.#remove(pod);
    if (pod.spec?.nodeName === undefined) return this.#bind(pod);
    if (pod.status?.phase === "Pending") return this.#run(pod);
    const ready = pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
    if (pod.status?.phase === "Running" && ready !== true) return this.#becomeReady(pod);
    return false;
  }

  async #bind({ metadata }: Pod): Promise<boolean> {
    const { namespace = "", name, uid } = metadata;
    const binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { namespace, name, uid },
      target: { apiVersion: "v1", kind: "Node", name: NODE },
    };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`;
    const headers = { "content-type": "application/json" };
    const { status, body } = await this.#client.raw({ method: "POST", path, headers, body: JSON.stringify(binding) });
    if (status >= 300 && status !== 404 && status !== 409) throw new Error(`binding ${name}: ${status} ${body}`);
    return false; // the watch tells when it is bound
  }

  async #run(pod: Pod): Promise<boolean> {
    const { namespace = "" } = pod.metadata;
    for (const { kind, name } of objectsOf(pod))
      await this.#client.get(KINDS[kind], { namespace, name }).catch((error) => refuse(error, name));
    if (pod.spec?.containers.some(({ name }) => name === TRINO_CONTAINER)) return this.#startTrino(pod);
    const job = pod.spec?.restartPolicy !== "Always";
    const message = job ? await this.#schemaReport(pod) : "";
    await this.#say(pod, { phase: job ? "Succeeded" : "Running", containerStatuses: containers(pod, job ? "ended" : "started", message) });
    return true;
  }

  /** A hollow database has the schema that is wanted. */
  async #schemaReport({ metadata }: Pod): Promise<string> {
    const { namespace = "", labels = {} } = metadata;
    const job = await this.#client.get(KINDS.Job, { namespace, name: labels["batch.kubernetes.io/job-name"] ?? "" });
    const schema = schemaVersionOf(job.metadata.annotations?.[HIVE_VERSION_ANNOTATION] ?? "");
    return `schema=${schema} hive=${schema}`;
  }

  async #startTrino(pod: Pod): Promise<boolean> {
    const { uid = "", namespace = "", name, labels, annotations } = pod.metadata;
    const secret = await this.#client.get<{ data?: Record<string, string> } & Pod>(KINDS.Secret, {
      namespace,
      name: annotations?.[INTERNAL_SECRET_ANNOTATION] ?? "",
    });
    const ip = `198.18.${(++this.#addresses >> 8) & 255}.${this.#addresses & 255}`;
    const trino = await HollowTrino.start({
      version: Number(annotations?.[VERSION_ANNOTATION]),
      role: labels?.[COMPONENT_LABEL] === "worker" ? "worker" : "coordinator",
      sharedSecret: Buffer.from(secret.data?.["shared-secret"] ?? "", "base64").toString("utf8"),
      ip,
      peers: () => this.#peersOf(pod),
      onRequest: (request) => this.onTrinoCall({ namespace, pod: name, ...request }),
    });
    this.#processes.set(uid, { pod, trino });
    await this.#say(pod, { phase: "Running", podIP: ip, podIPs: [{ ip }], containerStatuses: containers(pod, "running") });
    return true;
  }

  async #becomeReady(pod: Pod): Promise<boolean> {
    const now = metaTime(Date.now());
    const conditions = ["Ready", "ContainersReady", "Initialized", "PodScheduled"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: now,
    }));
    await this.#say(pod, { phase: "Running", conditions, containerStatuses: containers(pod, "started") });
    return true;
  }

  /** Nothing runs on a hollow worker, so its preStop hook finds that it has drained as soon as it is told. */
  async #remove(pod: Pod): Promise<boolean> {
    this.#endProcess(pod);
    const { namespace = "", name, uid = "" } = pod.metadata;
    await this.#client.delete(KINDS.Pod, { namespace, name }, { uid, gracePeriodSeconds: 0 });
    return false;
  }

  #endProcess({ metadata }: Pod): void {
    this.#processes.get(metadata.uid ?? "")?.trino.stop();
    this.#processes.delete(metadata.uid ?? "");
  }

  #peersOf({ metadata }: Pod): readonly HollowTrino[] {
    return [...this.#processes.values()]
      .filter(
        ({ pod }) =>
          pod.metadata.namespace === metadata.namespace && pod.metadata.labels?.[CLUSTER_LABEL] === metadata.labels?.[CLUSTER_LABEL],
      )
      .map(({ trino }) => trino);
  }

  async #say({ metadata }: Pod, status: object): Promise<void> {
    const { namespace = "", name, uid } = metadata;
    this.#pods.put(
      await this.#patchStatus({ namespace, name }, { metadata: { uid }, status: { startTime: metaTime(Date.now()), ...status } }),
    );
  }

  #patchStatus(name: { namespace: string; name: string }, patch: object): Promise<Pod> {
    return this.#client.mergePatch<Pod>(KINDS.Pod, name, patch, "status");
  }

  async #sayReady(): Promise<void> {
    const now = metaTime(Date.now());
    const ready = { type: "Ready", status: "True", reason: "Hollow", message: "", lastHeartbeatTime: now, lastTransitionTime: now };
    const size = { cpu: "1000", memory: "1000Gi", pods: "10000" };
    const status = { conditions: [ready], capacity: size, allocatable: size };
    await this.#client.mergePatch(KINDS.Node, { namespace: "", name: NODE }, { status }, "status");
    await this.#client.mergePatch(KINDS.Node, { namespace: "", name: NODE }, { spec: { taints: null } });
  }
}

function refuse(error: unknown, name: string): never {
  throw error instanceof ApiError && isNotFound(error) ? new Missing(name) : error;
}

/** What a pod names is not there: it waits for it. */
class Missing extends ApiError {
  constructor(name: string) {
    super({ code: 409, reason: "Conflict", message: `${name} is not there` }, { method: "GET", path: name, code: 409 });
  }
}

function containers(pod: Pod, how: "running" | "started" | "ended", message = ""): readonly object[] {
  const now = metaTime(Date.now());
  const state =
    how === "ended"
      ? { terminated: { exitCode: 0, reason: "Completed", message, startedAt: now, finishedAt: now } }
      : { running: { startedAt: now } };
  const up = how === "started";
  return (pod.spec?.containers ?? []).map(({ name, image = "" }) => ({
    name,
    image,
    imageID: "",
    restartCount: 0,
    state,
    started: up,
    ready: up,
  }));
}
