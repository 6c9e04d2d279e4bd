/**
 * The few REST calls that we make to coordinators and workers.
 *
 * They carry the internal token, so they pass whatever authentication the user configured, and they cost no query.
 * Source: https://trino.io/docs/current/admin/openmetrics.html and core/trino-main's ServerInfoResource, QueryResource.
 */
import { INTERNAL_TOKEN_HEADER, internalToken } from "../trino/internal-token.ts";
import type { ObservedNode, ObservedTrino } from "./observation.ts";

/** Where a Trino process answers. */
export interface TrinoEndpoint {
  readonly namespace: string;
  readonly pod: string;
  readonly ip: string;
  readonly port: number;
}

/** A request to a Trino process. */
export interface TrinoRequest {
  readonly method: "GET" | "PUT";
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request to a Trino process and returns the answer, with any status. Throws when it cannot be reached. */
export type TrinoSend = (endpoint: TrinoEndpoint, request: TrinoRequest) => Promise<{ status: number; body: string }>;

/** What is needed to speak to one process. */
export interface TrinoQuestion {
  readonly endpoint: TrinoEndpoint;
  readonly version: number;
  readonly sharedSecret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const TOKEN_LIFETIME_SECONDS = 300;
/** Of queries, and of tasks. Source: Trino's `QueryState` and `TaskState` */
const FINAL_STATES: ReadonlySet<string> = new Set(["FINISHED", "FAILED", "CANCELED", "ABORTED"]);

/** The metric of active nodes (the coordinator counts as one), by the first version that has it. Newest first. */
const ACTIVE_NODES: readonly { readonly since: number; readonly metric: string }[] = [
  { since: 477, metric: "trino_node_name_CoordinatorNodeManager_ActiveNodeCount" },
  { since: 0, metric: "trino_metadata_name_DiscoveryNodeManager_ActiveNodeCount" },
];

/** Asks a coordinator for its state, its active workers and its unfinished queries. Never throws: silence is an answer too. */
export async function askCoordinator(send: TrinoSend, question: TrinoQuestion): Promise<ObservedTrino> {
  try {
    const info = await json<{ nodeVersion: { version: string }; starting: boolean }>(send, question, "/v1/info");
    if (info.starting) return { kind: "answered", version: info.nodeVersion.version, starting: true, registered: 0, queries: 0 };
    const [registered, queries] = await Promise.all([activeWorkers(send, question), unfinishedQueries(send, question)]);
    return { kind: "answered", version: info.nodeVersion.version, starting: false, registered, queries };
  } catch (cause) {
    return { kind: "silent", reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function activeWorkers(send: TrinoSend, question: TrinoQuestion): Promise<number> {
  const metric = ACTIVE_NODES.find(({ since }) => question.version >= since)?.metric ?? "";
  const text = await body(send, question, `/metrics?name%5B%5D=${metric}`);
  const line = text.split("\n").find((candidate) => candidate.startsWith(metric));
  if (line === undefined) throw new Error(`the coordinator's /metrics has no ${metric}`);
  return Math.max(0, Number(line.slice(line.lastIndexOf(" "))) - 1);
}

async function unfinishedQueries(send: TrinoSend, question: TrinoQuestion): Promise<number> {
  const queries = await json<readonly { readonly state: string }[]>(send, question, "/v1/query");
  return queries.filter((query) => !FINAL_STATES.has(query.state)).length;
}

/** Asks a worker for its state and its unfinished tasks. Never throws: silence is an answer too. */
export async function askWorker(send: TrinoSend, question: TrinoQuestion): Promise<ObservedNode> {
  try {
    const [state, tasks] = await Promise.all([nodeState(send, question), unfinishedTasks(send, question)]);
    return { kind: "answered", state, tasks };
  } catch {
    return { kind: "silent" };
  }
}

/** The state of a node. Throws when it does not say. Source: https://trino.io/docs/current/admin/graceful-shutdown.html */
export async function nodeState(send: TrinoSend, question: TrinoQuestion): Promise<Extract<ObservedNode, { kind: "answered" }>["state"]> {
  return json(send, question, "/v1/info/state");
}

/** The gauges of tasks that run, of which a worker has one: which, its scheduler says. Source: Trino's `TaskManagerConfig` */
const RUNNING_TASKS = [
  "trino_execution_executor_dedicated_name_ThreadPerDriverTaskExecutor_Tasks",
  "trino_execution_executor_timesharing_name_TimeSharingTaskExecutor_Tasks",
] as const;

/**
 * Tasks of a worker that are not finished. Throws when it does not say.
 * Its list of tasks is for a version without the gauges only: it holds those of the last 15 minutes, and 8 MB were seen for 480.
 */
async function unfinishedTasks(send: TrinoSend, question: TrinoQuestion): Promise<number> {
  const text = await body(send, question, `/metrics?${RUNNING_TASKS.map((name) => `name%5B%5D=${name}`).join("&")}`);
  const gauges = text.split("\n").filter((line) => RUNNING_TASKS.some((name) => line.startsWith(`${name} `)));
  if (gauges.length > 0) return gauges.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(" "))), 0);
  const tasks = await json<readonly { readonly taskStatus: { readonly state: string } }[]>(send, question, "/v1/task?summarize");
  return tasks.filter(({ taskStatus }) => !FINAL_STATES.has(taskStatus.state)).length;
}

/**
 * Tells a worker to drain, or that it may take tasks again. Throws when it does not do so.
 * DRAINING is known from 468 on; ACTIVE works from DRAINING and DRAINED at once. The same state again is no error.
 * A worker that has drained refuses to drain, so a refusal of one that has is what was asked for.
 */
export async function setNodeState(send: TrinoSend, question: TrinoQuestion, state: "DRAINING" | "ACTIVE"): Promise<void> {
  const headers = { ...authorization(question), "Content-Type": "application/json" };
  const path = "/v1/info/state";
  const answer = await send(question.endpoint, { method: "PUT", path, headers, body: JSON.stringify(state) });
  if (answer.status === 200) return;
  if (state === "DRAINING" && (await nodeState(send, question)) === "DRAINED") return;
  throw new Error(`PUT ${path} ${state} answered ${answer.status}`);
}

/** Where a coordinator tells which nodes it knows, by the first version that has it. Newest first. Source: Trino's `AnnounceNodeResource` and `NodeResource` */
const KNOWN_NODES: readonly {
  readonly since: number;
  readonly path: string;
  readonly uris: (answer: never, now: number) => readonly string[];
}[] = [
  { since: 477, path: "/v1/announce", uris: (announced: readonly string[]) => announced },
  { since: 0, path: "/v1/node", uris: watchedNodes },
];

/**
 * What the failure detector of up to 476 says of a node: it asks each one that announces itself twice a second, and keeps those
 * that do not any more in its list. Source: airlift's `HeartbeatFailureDetector`
 */
interface WatchedNode {
  readonly uri: string;
  readonly lastRequestTime?: string;
  readonly recentFailureRatio: number;
}

/** Asked for the last time so long before others were asked, it is not asked any more. */
const NOT_ASKED_MS = 15_000;

/** The coordinator's clock may differ so much from ours; it matters when it asks nobody. */
const CLOCKS_DIFFER_MS = 60_000;

/** `failure-detector.threshold`: above it, the coordinator does not use the node. */
const FAILED_RATIO = 0.1;

function watchedNodes(nodes: readonly WatchedNode[], now: number): readonly string[] {
  const askedAt = ({ lastRequestTime }: WatchedNode): number => Date.parse(lastRequestTime ?? "") || 0;
  const last = Math.max(now - CLOCKS_DIFFER_MS, ...nodes.map(askedAt));
  return nodes.filter((node) => askedAt(node) >= last - NOT_ASKED_MS && node.recentFailureRatio <= FAILED_RATIO).map(({ uri }) => uri);
}

/** The hosts of the nodes that a coordinator knows, mostly addresses of pods. Undefined when it does not say. */
export async function knownHosts(send: TrinoSend, question: TrinoQuestion): Promise<ReadonlySet<string> | undefined> {
  const known = KNOWN_NODES.find(({ since }) => question.version >= since);
  try {
    const answer = known && (await json(send, question, known.path));
    return known && new Set(known.uris(answer as never, question.now).map((uri) => new URL(uri).hostname.replace(/^\[|\]$/g, "")));
  } catch {
    return undefined;
  }
}

async function json<T>(send: TrinoSend, question: TrinoQuestion, path: string): Promise<T> {
  return JSON.parse(await body(send, question, path)) as T;
}

async function body(send: TrinoSend, question: TrinoQuestion, path: string): Promise<string> {
  const answer = await send(question.endpoint, { method: "GET", path, headers: authorization(question) });
  if (answer.status !== 200) throw new Error(`GET ${path.split("?")[0]} answered ${answer.status}`);
  return answer.body;
}

function authorization({ version, sharedSecret, now }: TrinoQuestion): Record<string, string> {
  const expiresAtSeconds = Math.floor(now / 1000) + TOKEN_LIFETIME_SECONDS;
  return { [INTERNAL_TOKEN_HEADER]: internalToken(sharedSecret, { version, subject: "trino-operator", expiresAtSeconds }) };
}
