/**
 * A load of real clients: some ask short statements one after the other, some read a long one slowly, until the load is stopped.
 * It leaves Trino most of two cores: between two short statements a client waits a moment, and the long ones are cheap.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { newClient, runQuery } from "./client.ts";
import { type LoadEvent, type LoadReport, reportOf } from "./report.ts";
import { longStatement, SHORT_STATEMENTS, type Statement } from "./statements.ts";

/** How many clients of each kind, and how long a long statement takes. */
export interface LoadOptions {
  readonly shortClients?: number;
  readonly longClients?: number;
  readonly longMs?: number;
}

/** The `source` of the long statements' session, by which they are found in system.runtime.queries. */
export const LONG_SOURCE = "load-long";

const THINK_MS = 400;
/** A refused client tries again: the precision with which an outage is measured. */
const REFUSED_MS = 200;

interface Client {
  readonly name: string;
  readonly source: string;
  readonly statements: readonly Statement[];
}

/** Starts a load on the Trino at `url`. */
export function startLoad(url: string, options: LoadOptions = {}): Load {
  return new Load(url, clientsOf(options));
}

/** A load that runs. */
export class Load implements AsyncDisposable {
  readonly #events: LoadEvent[] = [];
  readonly #running = new Set<Promise<unknown>>();
  readonly #stopped = new AbortController();
  readonly #work: Promise<unknown>;
  #hurry = new AbortController();
  #open: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  constructor(url: string, clients: readonly Client[]) {
    this.#work = Promise.all(clients.map((client) => this.#loop(url, client)));
    this.#work.catch(() => undefined); // stop() tells
  }

  /** What happened so far. */
  report(): LoadReport {
    return reportOf(this.#events, Date.now());
  }

  /** Starts nothing more, lets slow readers read on at once, and returns when no query runs. */
  async pause(): Promise<void> {
    this.#open ??= Promise.withResolvers<void>();
    this.#hurry.abort();
    await Promise.allSettled(this.#running);
  }

  /** Goes on after a pause. */
  resume(): void {
    this.#hurry = new AbortController();
    this.#open?.resolve();
    this.#open = undefined;
  }

  /** Ends as `pause` does, for good, and tells everything. */
  async stop(): Promise<LoadReport> {
    this.#stopped.abort();
    this.#hurry.abort();
    this.#open?.resolve();
    await this.#work;
    return this.report();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #loop(url: string, { name, source, statements }: Client): Promise<void> {
    const trino = newClient(url, source);
    for (let turn = 0; ; turn++) {
      while (this.#open && !this.#stopped.signal.aborted) await this.#open.promise;
      if (this.#stopped.signal.aborted) return;
      const statement = statements[turn % statements.length] as Statement;
      const record = (event: object): void => void this.#events.push({ ...event, client: name, at: Date.now() } as LoadEvent);
      const query = runQuery(statement, { trino, record, hurry: this.#hurry.signal });
      this.#running.add(query);
      const succeeded = await query.finally(() => this.#running.delete(query));
      const ms = succeeded ? THINK_MS : REFUSED_MS;
      await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    }
  }
}

/** Long statements differ in length, so that their ends do not fall together and one of them runs at any time. */
function clientsOf({ shortClients = 2, longClients = 2, longMs = 60_000 }: LoadOptions): readonly Client[] {
  const many = (count: number, make: (index: number) => Client): readonly Client[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const rotated = (by: number): readonly Statement[] => [...SHORT_STATEMENTS.slice(by), ...SHORT_STATEMENTS.slice(0, by)];
  return [
    ...many(shortClients, (index) => ({
      name: `short-${index}`,
      source: "load-short",
      statements: rotated(index % SHORT_STATEMENTS.length),
    })),
    ...many(longClients, (index) => ({
      name: `long-${index}`,
      source: LONG_SOURCE,
      statements: [longStatement(longMs * (1 + 0.15 * index))],
    })),
  ];
}
