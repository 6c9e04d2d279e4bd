/** What a client of the API server can do. `http-client.ts` is the one that speaks HTTP. */
import type { KubernetesObject, NamespacedName, ResourceType } from "./object.ts";

/** Options of a list. */
export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Options of a write by server-side apply. Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export interface ApplyOptions {
  readonly fieldManager: string;
  readonly force: boolean;
  readonly subresource?: "status" | "scale";
}

/** Options of a delete; the preconditions make a delete of a re-created namesake fail with a 409. */
export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
}

/** A request that the typed verbs do not cover, e.g. a pod's proxy or eviction subresource. */
export interface RawRequest {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** The path with its query, starting with `/api`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs?: number;
}

/** An answer to a raw request; any status. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A client of the API server. Every call throws ApiError for an answer ≥ 300, with `code` and `reason` of the Status object. */
export interface Client {
  get<T extends KubernetesObject>(type: ResourceType, name: NamespacedName): Promise<T>;
  list<T extends KubernetesObject>(type: ResourceType, options?: ListOptions): Promise<readonly T[]>;
  create<T extends KubernetesObject>(type: ResourceType, object: T): Promise<T>;
  apply<T extends KubernetesObject>(type: ResourceType, object: T, options: ApplyOptions): Promise<T>;
  /** JSON merge patch (RFC 7386); with `metadata.resourceVersion` in it, it fails with a 409 when the object changed meanwhile. */
  mergePatch<T extends KubernetesObject>(
    type: ResourceType,
    name: NamespacedName,
    patch: object,
    subresource?: "status" | "scale",
  ): Promise<T>;
  delete(type: ResourceType, name: NamespacedName, options?: DeleteOptions): Promise<void>;
  raw(request: RawRequest): Promise<RawResponse>;
}
