/**
 * The few REST calls that we make to a coordinator.
 *
 * They carry the internal token, so they pass whatever authentication the user configured, and they cost no query.
 * Source: https://trino.io/docs/current/admin/openmetrics.html and core/trino-main's ServerInfoResource, QueryResource.
 */
import { internalToken } from "../trino/internal-token.ts";
import type { ObservedTrino } from "./observation.ts";

/** Where a Trino process answers. */
export interface TrinoEndpoint {
  readonly namespace: string;
  readonly pod: string;
  readonly ip: string;
  readonly port: number;
}

/** Gets a path of a Trino process; any status. Throws when it cannot be reached. */
export type TrinoGet = (
  endpoint: TrinoEndpoint,
  path: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ status: number; body: string }>;

/** What is needed to ask one coordinator. */
export interface TrinoQuestion {
  readonly endpoint: TrinoEndpoint;
  readonly version: number;
  readonly sharedSecret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const TOKEN_LIFETIME_SECONDS = 300;
const FINAL_STATES: ReadonlySet<string> = new Set(["FINISHED", "FAILED"]);

/** The metric of active nodes (the coordinator counts as one), by the first version that has it. Newest first. */
const ACTIVE_NODES: readonly { readonly since: number; readonly metric: string }[] = [
  { since: 477, metric: "trino_node_name_CoordinatorNodeManager_ActiveNodeCount" },
  { since: 0, metric: "trino_metadata_name_DiscoveryNodeManager_ActiveNodeCount" },
];

/** Asks a coordinator for its state, its active workers and its unfinished queries. Never throws: silence is an answer too. */
export async function askCoordinator(get: TrinoGet, question: TrinoQuestion): Promise<ObservedTrino> {
  try {
    const info = await json<{ nodeVersion: { version: string }; starting: boolean }>(get, question, "/v1/info");
    if (info.starting) return { kind: "answered", version: info.nodeVersion.version, starting: true, registered: 0, queries: 0 };
    const [registered, queries] = await Promise.all([activeWorkers(get, question), unfinishedQueries(get, question)]);
    return { kind: "answered", version: info.nodeVersion.version, starting: false, registered, queries };
  } catch (cause) {
    return { kind: "silent", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function activeWorkers(get: TrinoGet, question: TrinoQuestion): Promise<number> {
  const metric = ACTIVE_NODES.find(({ since }) => question.version >= since)?.metric ?? "";
  const text = await body(get, question, `/metrics?name%5B%5D=${metric}`);
  const line = text.split("\n").find((candidate) => candidate.startsWith(metric));
  if (line === undefined) throw new Error(`the coordinator's /metrics has no ${metric}`);
  return Math.max(0, Number(line.slice(line.lastIndexOf(" "))) - 1);
}

async function unfinishedQueries(get: TrinoGet, question: TrinoQuestion): Promise<number> {
  const queries = await json<readonly { readonly state: string }[]>(get, question, "/v1/query");
  return queries.filter((query) => !FINAL_STATES.has(query.state)).length;
}

async function json<T>(get: TrinoGet, question: TrinoQuestion, path: string): Promise<T> {
  return JSON.parse(await body(get, question, path)) as T;
}

async function body(get: TrinoGet, { endpoint, version, sharedSecret, now }: TrinoQuestion, path: string): Promise<string> {
  const token = internalToken(sharedSecret, {
    version,
    subject: "trino-operator",
    expiresAtSeconds: Math.floor(now / 1000) + TOKEN_LIFETIME_SECONDS,
  });
  const answer = await get(endpoint, path, { "X-Trino-Internal-Bearer": token });
  if (answer.status !== 200) throw new Error(`GET ${path.split("?")[0]} answered ${answer.status}`);
  return answer.body;
}
