/** Writes desired objects by server-side apply, but only when something of ours is missing, differs, or has to go. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Client } from "./client.ts";
import { type KubernetesObject, type NamespacedName, nameOf, type ResourceType } from "./object.ts";
import { toldOfRefusal } from "./object-refused.ts";
import { compareVersions } from "./resource-version.ts";
import { isSubset } from "./subset.ts";

/** What an applier needs. */
export interface ApplierOptions {
  /** One name for ever: a field that another name owns is never removed. */
  readonly fieldManager: string;
  /** The annotation that holds the hash of what was applied last; it tells that a field was removed since. */
  readonly hashAnnotation: string;
  /** The live object from a cache, or undefined when it is not there. */
  readonly lookup: (type: ResourceType, name: NamespacedName) => KubernetesObject | undefined;
  /** Takes the answer of a write, e.g. into the informer of that type (`Informer.put`). */
  readonly put?: (type: ResourceType, object: KubernetesObject) => void;
  /** Told of each write, with whether the object existed. */
  readonly onWrite?: (type: ResourceType, name: NamespacedName, existed: boolean) => void;
  /** Names of lists of custom kinds to which others may add elements, beside those of the built-in kinds. */
  readonly mergedLists?: readonly string[];
}

/** Writes desired objects, but only when needed. */
export interface Applier {
  /**
   * The live object, after a server-side apply (forced) if a field of ours is missing, differs, or has to go. Render with
   * a fixed order of keys: it goes into the hash. Throws TerminalError for what only a change can heal (invalid or
   * immutable), else ApiError or ConnectionError.
   */
  apply<T extends KubernetesObject>(type: ResourceType, desired: T, live?: T): Promise<T>;
  /** Makes the object by server-side apply. Throws a conflict when there is one of that name, which is left as it is. */
  create<T extends KubernetesObject>(type: ResourceType, desired: T): Promise<T>;
  /**
   * The same for the whole status of `live`, which nobody else writes; no write when it is equal. Conflicts when
   * `live` is outdated in a way that the cache does not know either.
   */
  applyStatus<T extends KubernetesObject & { readonly status?: unknown }>(type: ResourceType, live: T, status: object): Promise<T>;
}

/** What our last write of an object came back as, where the server rewrote a value, so that it never compares equal. */
interface Written {
  readonly hash: string;
  readonly resourceVersion: string | undefined;
}

interface Context {
  readonly client: Client;
  readonly options: ApplierOptions;
  /** By UID and subresource; see Written. */
  readonly written: Map<string, Written>;
}

/** No object has it: etcd's first revision is before its first write. */
const NO_OBJECTS_VERSION = "1";

/** Most objects to remember; the oldest goes, at the cost of one write that changes nothing. */
const MOST_WRITTEN = 10_000;

/** Creates an applier. */
export function createApplier(client: Client, options: ApplierOptions): Applier {
  const context: Context = { client, options, written: new Map() };
  return {
    apply: (type, desired, live) => apply(context, { type, desired, live }),
    // The precondition holds for whatever is there; what is not there has none.
    create: (type, desired) =>
      write(context, { type, desired, hash: hashOf(desired), existed: false, preconditions: { resourceVersion: NO_OBJECTS_VERSION } }),
    applyStatus: (type, live, status) => applyStatus(context, { type, live, status }),
  };
}

async function apply<T extends KubernetesObject>(
  context: Context,
  what: { type: ResourceType; desired: T; live: T | undefined },
): Promise<T> {
  const { options } = context;
  const { type, desired } = what;
  const live = what.live ?? (options.lookup(type, nameOf(desired)) as T | undefined);
  const { hashAnnotation } = options;
  const hash = hashOf(desired);
  if (live !== undefined && live.metadata.annotations?.[hashAnnotation] === hash) {
    if (isSubset(desired, live, options.mergedLists) || isAsWritten(context, { live, hash, part: "" })) return live;
  }
  return write(context, { type, desired, hash, existed: live !== undefined, preconditions: sameAs(live) });
}

/** A write that takes longer than the object lives must not bring it back. */
function sameAs(live: KubernetesObject | undefined): { readonly uid?: string } {
  return live?.metadata.uid === undefined ? {} : { uid: live.metadata.uid };
}

interface Write<T extends KubernetesObject> {
  readonly type: ResourceType;
  readonly desired: T;
  readonly hash: string;
  readonly existed: boolean;
  /** What it asks of the object that it changes: a conflict, where that is another. */
  readonly preconditions: { readonly resourceVersion?: string; readonly uid?: string };
}

async function write<T extends KubernetesObject>(context: Context, what: Write<T>): Promise<T> {
  const { client, options } = context;
  const { type, desired, hash, existed, preconditions } = what;
  const name = nameOf(desired);
  const { hashAnnotation, fieldManager } = options;
  const annotations = { ...desired.metadata.annotations, [hashAnnotation]: hash };
  const metadata = { ...desired.metadata, annotations, ...preconditions };
  const answer = await toldOfRefusal(type, name, () => client.apply<T>(type, { ...desired, metadata }, { fieldManager, force: true }));
  remember(context, { live: answer, hash, part: "", rewritten: !isSubset(desired, answer, options.mergedLists) });
  options.put?.(type, answer);
  options.onWrite?.(type, name, existed);
  return answer;
}

async function applyStatus<T extends KubernetesObject & { readonly status?: unknown }>(
  context: Context,
  what: { type: ResourceType; live: T; status: object },
): Promise<T> {
  const { options, client } = context;
  const { type, live, status } = what;
  // Through JSON: an absent field and an undefined one are the same on the wire.
  const wanted: unknown = JSON.parse(JSON.stringify(status));
  const hash = hashOf(status);
  if (isDeepStrictEqual(wanted, live.status) || isAsWritten(context, { live, hash, part: "status" })) return live;
  const name = nameOf(live);
  const object = {
    apiVersion: type.apiVersion,
    kind: type.kind,
    metadata: { ...name, resourceVersion: newestVersion(options, type, live) },
    status: wanted,
  };
  const answer = await toldOfRefusal(type, name, () =>
    client.apply(type, object as unknown as T, { fieldManager: options.fieldManager, force: true, subresource: "status" }),
  );
  remember(context, { live: answer, hash, part: "status", rewritten: !isDeepStrictEqual(wanted, answer.status) });
  options.put?.(type, answer);
  options.onWrite?.(type, name, true);
  return answer;
}

/**
 * The version makes the write fail when the object was deleted and made again: this status is not that one's. (A UID in
 * an apply of /status is ignored by the server.) The newest that we know, so that an own write just before is no conflict.
 */
function newestVersion(options: ApplierOptions, type: ResourceType, live: KubernetesObject): string | undefined {
  const newest = options.lookup(type, nameOf(live));
  return newest?.metadata.uid === live.metadata.uid && compareVersions(newest?.metadata.resourceVersion, live.metadata.resourceVersion) > 0
    ? newest?.metadata.resourceVersion
    : live.metadata.resourceVersion;
}

function isAsWritten(context: Context, what: { live: KubernetesObject; hash: string; part: string }): boolean {
  const written = context.written.get(`${what.live.metadata.uid}/${what.part}`);
  return written !== undefined && written.hash === what.hash && written.resourceVersion === what.live.metadata.resourceVersion;
}

function remember({ written }: Context, what: { live: KubernetesObject; hash: string; part: string; rewritten: boolean }): void {
  const key = `${what.live.metadata.uid}/${what.part}`;
  written.delete(key);
  if (!what.rewritten) return;
  written.set(key, { hash: what.hash, resourceVersion: what.live.metadata.resourceVersion });
  const oldest = written.size > MOST_WRITTEN ? written.keys().next().value : undefined;
  if (oldest !== undefined) written.delete(oldest);
}

function hashOf(value: object): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}
