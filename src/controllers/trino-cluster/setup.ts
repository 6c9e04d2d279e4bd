/** Wires the TrinoCluster controller: informers for what it reads, and who is woken by what. */
import { randomBytes } from "node:crypto";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { directTransport, portForwardTransport } from "../../lifecycle/trino-transport.ts";
import { ClusterMetrics } from "../../metrics.ts";
import { type Controller, createController } from "../../runtime/controller.ts";
import type { Request } from "../../runtime/controller-types.ts";
import { createEventRecorder } from "../../runtime/events.ts";
import { createInformer, type Informer } from "../../runtime/informer.ts";
import type { Change } from "../../runtime/informer-types.ts";
import type { Logger } from "../../runtime/logger.ts";
import type { RuntimeMetrics } from "../../runtime/metrics.ts";
import { type KubernetesObject, nameOf, type ResourceType } from "../../runtime/object.ts";
import { createApplier } from "../../runtime/server-side-apply.ts";
import type { WatchClient } from "../../runtime/watch-types.ts";
import { APPLIED_ANNOTATION, CLUSTER_LABEL, CLUSTER_UID_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "../../trino/labels.ts";
import { KINDS, type KindName } from "../kinds.ts";
import { applyOwned } from "./apply-owned.ts";
import type { Context, LiveTrinoCluster, Stores } from "./context.ts";
import { RecalledRevisions } from "./recalled-revisions.ts";
import { reconcile } from "./reconcile.ts";
import { ReferenceReader } from "./reference-reader.ts";
import { TrinoObserver } from "./trino-observer.ts";

/** The field manager of every server-side apply; it must never change, or fields that we drop would stay. */
export const FIELD_MANAGER = "trino-operator";

/** What the controller is made of. */
export interface SetupOptions {
  readonly client: WatchClient;
  /** Namespaces to watch; empty for all. */
  readonly namespaces: readonly string[];
  /** True inside the cluster, where pods are reached by their address. */
  readonly inCluster: boolean;
  /** The name of this process, for events. */
  readonly identity: string;
  readonly logger: Logger;
  readonly metrics: RuntimeMetrics;
}

/** The controller and the informers that must be started with it. */
export interface TrinoClusterController {
  readonly controller: Controller;
  // biome-ignore lint/suspicious/noExplicitAny: informers of different kinds in one list; a handler's parameter makes them invariant
  readonly informers: readonly Informer<any>[];
}

/** The kinds of children that are cached, and whether their metadata is enough. */
const CHILDREN = {
  Pod: { metadataOnly: false },
  Service: { metadataOnly: false },
  ServiceAccount: { metadataOnly: false },
  ConfigMap: { metadataOnly: true }, // immutable: being there is being right
  StatefulSet: { metadataOnly: false },
  Deployment: { metadataOnly: false },
  ControllerRevision: { metadataOnly: true }, // immutable
  Job: { metadataOnly: false },
  PodDisruptionBudget: { metadataOnly: false },
} as const satisfies Partial<Record<KindName, { readonly metadataOnly: boolean }>>;

/** Creates the controller; nothing runs before the manager starts it. */
export function setupTrinoCluster(options: SetupOptions): TrinoClusterController {
  const clusters = createInformer<LiveTrinoCluster>(options.client, { type: KINDS.TrinoCluster, ...common(options) });
  const children = childInformers(options);
  const context = createContext(options, { clusters, children });
  const controller = createController({
    name: "trinocluster",
    reconcile: (request) => reconcile(request, context),
    logger: options.logger,
    metrics: options.metrics,
  });
  controller.watch(clusters, (change) => [nameOf(change.object)], { resync: true, predicate: concernsUs });
  for (const informer of children.values()) controller.watch(informer, ownerOf);
  return { controller, informers: [clusters, ...children.values()] };
}

function common({ namespaces, logger, metrics }: SetupOptions): { namespaces: readonly string[]; logger: Logger; metrics: RuntimeMetrics } {
  return { namespaces, logger, metrics };
}

function childInformers(options: SetupOptions): ReadonlyMap<string, Informer<KubernetesObject>> {
  const entries = Object.entries(CHILDREN).map(([kind, { metadataOnly }]) => {
    const informer = createInformer<KubernetesObject>(options.client, {
      type: KINDS[kind as keyof typeof CHILDREN],
      labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}`,
      metadataOnly,
      indexes: { [BY_CLUSTER]: (object) => [object.metadata.labels?.[CLUSTER_UID_LABEL] ?? ""] },
      ...common(options),
    });
    return [kind, informer] as const;
  });
  return new Map(entries);
}

/** Our own status writes need no reconcile; a new spec, metadata or the first sight of an object does. */
function concernsUs({ object, previous }: Change<LiveTrinoCluster>): boolean {
  if (!previous) return true;
  return (
    JSON.stringify([previous.spec, { ...previous.metadata, resourceVersion: "" }]) !==
    JSON.stringify([object.spec, { ...object.metadata, resourceVersion: "" }])
  );
}

function ownerOf({ object }: Change<KubernetesObject>): readonly Request[] {
  const name = object.metadata.labels?.[CLUSTER_LABEL];
  return name === undefined ? [] : [{ namespace: object.metadata.namespace ?? "", name }];
}

interface Caches {
  readonly clusters: Informer<LiveTrinoCluster>;
  readonly children: ReadonlyMap<string, Informer<KubernetesObject>>;
}

function createContext(options: SetupOptions, caches: Caches): Context {
  const { client, inCluster } = options;
  const stores = storesOf(caches);
  const references = new ReferenceReader(client, Date.now);
  const informerOf = ({ kind }: ResourceType): Informer<KubernetesObject> | undefined =>
    kind === KINDS.TrinoCluster.kind ? (caches.clusters as unknown as Informer<KubernetesObject>) : caches.children.get(kind);
  const applier = createApplier(client, {
    fieldManager: FIELD_MANAGER,
    hashAnnotation: APPLIED_ANNOTATION,
    lookup: (type, name) => informerOf(type)?.store.get(name),
    put: (type, object) => informerOf(type)?.put(object),
  });
  const events = createEventRecorder(client, {
    controller: "trino-operator.io/trino-operator",
    instance: options.identity,
    logger: options.logger,
  });
  return {
    client,
    stores,
    references,
    recalled: new RecalledRevisions(),
    patch: async (type, name, patch) => {
      informerOf(type)?.put(await client.mergePatch(type, name, patch));
    },
    apply: applyOwned({ client, applier, stores, references }),
    applyStatus: async (object, status) => void (await applier.applyStatus(KINDS.TrinoCluster, object, status)),
    trino: new TrinoObserver(inCluster ? directTransport : portForwardTransport(), Date.now),
    recordEvent: (object, event) => events.record({ regarding: object, ...event }),
    metrics: new ClusterMetrics(options.metrics.registry),
    now: Date.now,
    randomText: (bytes) => randomBytes(bytes).toString("base64url"),
  };
}

function storesOf({ clusters, children }: Caches): Stores {
  const store = (kind: keyof typeof CHILDREN): never => children.get(kind)?.store as never;
  return {
    clusters: clusters.store,
    pods: store("Pod"),
    statefulSets: store("StatefulSet"),
    deployments: store("Deployment"),
    jobs: store("Job"),
    records: store("ControllerRevision"),
    ofKind: (kind) => children.get(kind)?.store,
  };
}
