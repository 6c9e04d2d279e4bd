/**
 * Reads the Secrets and ConfigMaps that a cluster refers to.
 *
 * In cluster mode the operator may get Secrets but not list or watch them, so what was read is kept for ten minutes: a change
 * is seen within that time, or at once when the user asks by the refresh annotation. What is missing is looked for again soon, and
 * so is what belongs to another cluster: mostly one that was deleted, with which it goes.
 */
import { isNotFound } from "../../runtime/api-error.ts";
import type { Client } from "../../runtime/client.ts";
import type { KubernetesObject, ResourceType } from "../../runtime/object.ts";
import { CLUSTER_UID_LABEL } from "../../trino/labels.ts";
import { goesWith } from "./name-conflict.ts";

/** A Secret or ConfigMap as it was read; undefined when there is no such object. */
export type Content =
  | {
      readonly values: ReadonlyMap<string, string>;
      readonly clusterUid: string | undefined;
      /** See `goesWith`. */
      readonly goesWith?: string | undefined;
    }
  | undefined;

/** Whose reference it is, and the value of its refresh annotation. */
export interface Reader {
  readonly uid: string;
  readonly namespace: string;
  readonly refresh: string;
}

interface Entry {
  readonly content: Content;
  readonly at: number;
  readonly refresh: string;
}

const PRESENT_FOR_MS = 10 * 60_000;
const MISSING_FOR_MS = 2_000;

/** A cache of referenced objects, by cluster. It lives as long as the process. */
export class ReferenceReader {
  readonly #client: Client;
  readonly #now: () => number;
  readonly #entries = new Map<string, Map<string, Entry>>();

  constructor(client: Client, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /** The content of `name`, from the cache while that is fresh. */
  async read(type: ResourceType, name: string, reader: Reader): Promise<Content> {
    const entry = this.#entriesOf(reader.uid).get(`${type.kind}/${name}`);
    return entry && this.#fresh(entry, reader) ? entry.content : this.readAgain(type, name, reader);
  }

  /** The content of `name` as it is now. */
  async readAgain(type: ResourceType, name: string, reader: Reader): Promise<Content> {
    const content = await this.#fetch(type, name, reader.namespace);
    this.put(type.kind, name, { content, reader });
    return content;
  }

  /** Keeps what we have just written, so that the next reconcile need not read it. */
  put(kind: string, name: string, { content, reader }: { content: Content; reader: Reader }): void {
    this.#entriesOf(reader.uid).set(`${kind}/${name}`, { content, at: this.#now(), refresh: reader.refresh });
  }

  /** Forgets a cluster that is gone. */
  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  #entriesOf(uid: string): Map<string, Entry> {
    const entries = this.#entries.get(uid) ?? new Map<string, Entry>();
    this.#entries.set(uid, entries);
    return entries;
  }

  #fresh(entry: Entry, reader: Reader): boolean {
    const age = this.#now() - entry.at;
    const lasts = entry.content !== undefined && (entry.content.clusterUid ?? reader.uid) === reader.uid;
    return entry.refresh === reader.refresh && age < (lasts ? PRESENT_FOR_MS : MISSING_FOR_MS);
  }

  async #fetch(type: ResourceType, name: string, namespace: string): Promise<Content> {
    try {
      const object = await this.#client.get<KubernetesObject & Data>(type, { namespace, name });
      return { values: valuesOf(object), clusterUid: object.metadata.labels?.[CLUSTER_UID_LABEL], goesWith: goesWith(object) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

interface Data {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** The decoded values of a Secret (base64) or ConfigMap (plain, or binaryData in base64), by key. */
export function valuesOf(object: KubernetesObject & Data): ReadonlyMap<string, string> {
  const decode = (text: string): string => Buffer.from(text, "base64").toString("utf8");
  const encoded = object.kind === "Secret" ? object.data : object.binaryData;
  const plain = object.kind === "Secret" ? {} : object.data;
  return new Map([...Object.entries(plain ?? {}), ...Object.entries(encoded ?? {}).map(([key, value]) => [key, decode(value)] as const)]);
}
