/** Asks coordinators, and keeps each answer for as long as the caller finds it fresh, so that a burst of reconciles asks once. */
import type { ObservedTrino } from "../../lifecycle/observation.ts";
import { askCoordinator, type TrinoEndpoint, type TrinoGet } from "../../lifecycle/trino-client.ts";

/** Which coordinator to ask, with what, and how old an answer may be. */
export interface TrinoQuery {
  readonly uid: string;
  /** Undefined when there is no coordinator that could answer. */
  readonly endpoint: TrinoEndpoint | undefined;
  readonly version: number;
  readonly sharedSecret: string;
  readonly maxAgeMs: number;
}

interface Answer {
  readonly at: number;
  readonly pod: string;
  readonly trino: ObservedTrino;
}

/** The last answer of each cluster's coordinator. It lives as long as the process. */
export class TrinoObserver {
  readonly #get: TrinoGet;
  readonly #now: () => number;
  readonly #answers = new Map<string, Answer>();

  constructor(get: TrinoGet, now: () => number) {
    this.#get = get;
    this.#now = now;
  }

  /** The coordinator's answer, at most `maxAgeMs` old; an answer of an earlier pod is never used. */
  async ask({ uid, endpoint, version, sharedSecret, maxAgeMs }: TrinoQuery): Promise<ObservedTrino> {
    if (!endpoint) {
      this.#answers.delete(uid);
      return { kind: "unasked" };
    }
    const last = this.#answers.get(uid);
    if (last && last.pod === endpoint.ip && this.#now() - last.at < maxAgeMs) return last.trino;
    const trino = await askCoordinator(this.#get, { endpoint, version, sharedSecret, now: this.#now() });
    this.#answers.set(uid, { at: this.#now(), pod: endpoint.ip, trino });
    return trino;
  }

  /** Forgets a cluster that is gone. */
  forget(uid: string): void {
    this.#answers.delete(uid);
  }
}
