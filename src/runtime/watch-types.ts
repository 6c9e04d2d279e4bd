/** The words of a watch. Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
import type { Client, ListOptions } from "./client.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";

/** An event of a watch; an ERROR is thrown as an ApiError instead. */
export interface WatchEvent<T extends KubernetesObject> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/** What to watch. */
export interface WatchOptions extends ListOptions {
  /** Only `metadata` of the objects travels (PartialObjectMetadata). */
  readonly metadataOnly?: boolean;
  /** Events after this version. */
  readonly resourceVersion?: string;
  /** All objects first, then a bookmark with the annotation `k8s.io/initial-events-end` (WatchList, KEP-3157). */
  readonly sendInitialEvents?: boolean;
  /** The server ends the watch after this time. */
  readonly timeoutSeconds?: number;
}

/** One page of a list. */
export interface ListPage<T extends KubernetesObject> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** The token for the next page; empty after the last. */
  readonly continueToken: string;
}

/** What page to read. */
export interface PageOptions extends ListOptions {
  readonly metadataOnly?: boolean;
  readonly limit: number;
  readonly continueToken?: string;
}

/** A client that can follow objects too; informers need it. */
export interface WatchClient extends Client {
  listPage<T extends KubernetesObject>(type: ResourceType, options: PageOptions): Promise<ListPage<T>>;
  /**
   * The events until the server ends the watch (then the iteration ends) or the connection breaks (then it throws
   * ConnectionError). Throws ApiError when the server refuses or sends an ERROR event. Ends quietly when `signal` aborts.
   */
  watch<T extends KubernetesObject>(type: ResourceType, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}
