/** Asks Trino, and keeps each answer for as long as the caller finds it fresh, so that a burst of reconciles asks once. */
import type { ObservedNode, ObservedTrino } from "../../lifecycle/observation.ts";
import {
  askCoordinator,
  askWorker,
  knownHosts,
  nodeState,
  setNodeState,
  type TrinoEndpoint,
  type TrinoQuestion,
  type TrinoSend,
} from "../../lifecycle/trino-client.ts";

/** Which process of which cluster, and how to speak to it. */
export interface TrinoNode {
  readonly endpoint: TrinoEndpoint;
  readonly version: number;
  readonly sharedSecret: string;
}

/** Which coordinator to ask, and how old an answer may be. */
export interface TrinoQuery extends Omit<TrinoNode, "endpoint"> {
  readonly uid: string;
  /** Undefined when there is no coordinator that could answer. */
  readonly endpoint: TrinoEndpoint | undefined;
  readonly maxAgeMs: number;
}

/** Which worker to ask, and how old the number of its tasks may be; its state is always fresh. */
export interface WorkerQuery extends TrinoNode {
  readonly tasksMaxAgeMs: number;
}

interface Answer {
  readonly at: number;
  /** When the number of queries that is told was taken. */
  readonly toldAt: number;
  readonly pod: string;
  readonly trino: ObservedTrino;
}

interface WorkerAnswer {
  readonly at: number;
  readonly tasksAt: number;
  readonly node: ObservedNode;
}

interface KnownHosts {
  readonly at: number;
  readonly hosts: ReadonlySet<string> | undefined;
}

/** For a burst of reconciles. */
const FRESH_MS = 900;

/** A number that moves fast is told as it was so long ago at most. */
const TOLD_MS = 30_000;

/** Whether a worker is registered changes slowly, and is asked only when one is not. */
const HOSTS_MAX_AGE_MS = 10_000;

/** Workers of one cluster that are asked at the same time. */
const AT_ONCE = 16;

/** The number of queries that was told, where there were any. */
function toldQueries(trino: ObservedTrino): number | undefined {
  if (trino.kind !== "answered" || trino.queries === 0) return undefined;
  return trino.queriesTold ?? trino.queries;
}

/** The last answers of each cluster. It lives as long as the process. */
export class TrinoObserver {
  readonly #send: TrinoSend;
  readonly #now: () => number;
  readonly #answers = new Map<string, Answer>();
  readonly #workers = new Map<string, Map<string, WorkerAnswer>>();
  readonly #hosts = new Map<string, KnownHosts>();

  constructor(send: TrinoSend, now: () => number) {
    this.#send = send;
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
    const answer = await askCoordinator(this.#send, this.#question({ endpoint, version, sharedSecret }));
    const at = this.#now();
    const told = last && at - last.toldAt < TOLD_MS ? toldQueries(last.trino) : undefined;
    const keeps = answer.kind === "answered" && answer.queries > 0 && told !== undefined;
    const trino = keeps ? { ...answer, queriesTold: told } : answer;
    this.#answers.set(uid, { at, toldAt: keeps && last ? last.toldAt : at, pod: endpoint.ip, trino });
    return trino;
  }

  /** What workers of a cluster say, by the name of the pod. Answers of workers that are not asked any more are forgotten. */
  async askWorkers(uid: string, queries: readonly WorkerQuery[]): Promise<ReadonlyMap<string, ObservedNode>> {
    const before = this.#workers.get(uid) ?? new Map<string, WorkerAnswer>();
    const now = new Map<string, WorkerAnswer>();
    const waiting = [...queries];
    const askOneByOne = async (): Promise<void> => {
      for (let query = waiting.shift(); query; query = waiting.shift()) {
        now.set(keyOf(query.endpoint), await this.#askWorker(query, before.get(keyOf(query.endpoint))));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
    if (now.size > 0) this.#workers.set(uid, now);
    else this.#workers.delete(uid);
    return new Map(
      queries.map(({ endpoint }): [string, ObservedNode] => [endpoint.pod, now.get(keyOf(endpoint))?.node ?? { kind: "silent" }]),
    );
  }

  async #askWorker(query: WorkerQuery, last: WorkerAnswer | undefined): Promise<WorkerAnswer> {
    const at = this.#now();
    if (last && at - last.at < FRESH_MS) return last;
    const question = this.#question(query);
    if (last?.node.kind !== "answered" || at - last.tasksAt >= query.tasksMaxAgeMs) {
      return { at, tasksAt: at, node: await askWorker(this.#send, question) };
    }
    const { tasks } = last.node;
    const node: ObservedNode = await nodeState(this.#send, question).then(
      (state) => ({ kind: "answered", state, tasks: state === "DRAINED" ? 0 : tasks }),
      () => ({ kind: "silent" }),
    );
    return { at, tasksAt: last.tasksAt, node };
  }

  /** The hosts of the nodes that a coordinator knows, or undefined when it does not say. */
  async knownHosts(uid: string, node: TrinoNode): Promise<ReadonlySet<string> | undefined> {
    const last = this.#hosts.get(uid);
    if (last && this.#now() - last.at < HOSTS_MAX_AGE_MS) return last.hosts;
    const hosts = await knownHosts(this.#send, this.#question(node));
    this.#hosts.set(uid, { at: this.#now(), hosts });
    return hosts;
  }

  /** Tells a worker to drain, or that it may take tasks again. Throws when it does not do so. */
  async tell(uid: string, node: TrinoNode, state: "DRAINING" | "ACTIVE"): Promise<void> {
    this.#workers.get(uid)?.delete(keyOf(node.endpoint));
    await setNodeState(this.#send, this.#question(node), state);
  }

  /** Forgets a cluster that is gone. */
  forget(uid: string): void {
    this.#answers.delete(uid);
    this.#workers.delete(uid);
    this.#hosts.delete(uid);
  }

  #question({ endpoint, version, sharedSecret }: TrinoNode): TrinoQuestion {
    return { endpoint, version, sharedSecret, now: this.#now() };
  }
}

/** A pod of the same name may have another address. */
function keyOf({ pod, ip }: TrinoEndpoint): string {
  return `${pod}/${ip}`;
}
