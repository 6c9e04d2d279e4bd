/** From the first TrinoCluster that is created until every child of all is there and every status is written. */
import { setTimeout as sleep } from "node:timers/promises";
import { OPERATOR_USER } from "../../test/control-plane/operator-process.ts";
import { isRead, isWrite, openAudit, type Request, summaryOf } from "./audit.ts";
import { createClusters } from "./clusters.ts";
import type { ScalePlane } from "./plane.ts";

/** What the creation of many clusters cost. */
export interface Creation {
  /** From the first request of the benchmark to the last first status or child. */
  readonly seconds: number;
  /** How much of that the benchmark itself took for creating the clusters. */
  readonly creating: number;
  /** What was made for a cluster that stays: everything but events. */
  readonly children: number;
  /** Writes and reads of the operator for a cluster, until nothing is written any more. */
  readonly writes: number;
  readonly reads: number;
  readonly byVerb: string;
  readonly byResource: string;
}

const LOOK_MS = 250;
/** Nothing was written for so long: longer than edits settle (5 s). */
const QUIET_MS = 6_500;
const LIMIT_MS = 1_800_000;

/** Creates the clusters of these numbers, of which each gets `children` children; their namespaces are there. */
export async function measureCreation(plane: ScalePlane, indexes: readonly number[], children: number): Promise<Creation> {
  const count = indexes.length;
  const audit = await openAudit(plane.controlPlane.auditLog);
  try {
    const start = Date.now();
    let createdAt = 0;
    const creating = createClusters(plane.client, indexes).then(() => (createdAt = Date.now()));
    const requests = await untilQuiet(audit.read, { count, children });
    await creating;
    return { ...costOf(requests, count), seconds: (lastNeeded(requests) - start) / 1000, creating: (createdAt - start) / 1000 };
  } finally {
    await audit.close();
  }
}

/** Waits until the operator has not written for a while. */
export async function awaitQuiet(plane: ScalePlane): Promise<void> {
  const audit = await openAudit(plane.controlPlane.auditLog);
  try {
    await untilQuiet(audit.read, { count: 0, children: 0 });
  } finally {
    await audit.close();
  }
}

/** Waits until everything is there and then for silence; returns all requests of the operator. */
async function untilQuiet(
  read: () => Promise<readonly Request[]>,
  { count, children }: { readonly count: number; readonly children: number },
): Promise<readonly Request[]> {
  const requests: Request[] = [];
  const made = new Set<string>();
  const told = new Set<string>();
  const deadline = Date.now() + LIMIT_MS;
  let lastWrite = Date.now();
  const isWhole = (): boolean => made.size >= count * children && told.size >= count;
  while (!isWhole() || Date.now() - lastWrite < QUIET_MS) {
    if (Date.now() > deadline) throw new Error(`${made.size} children and ${told.size} statuses of ${count} clusters are there`);
    const news = (await read()).filter(({ user }) => user === OPERATOR_USER);
    for (const request of news) requests.push(request);
    for (const request of news.filter(isChild)) made.add(keyOf(request));
    for (const request of news.filter(isStatus)) told.add(keyOf(request));
    if (news.some(isWrite)) lastWrite = Date.now();
    await sleep(LOOK_MS);
  }
  return requests;
}

function keyOf({ resource, namespace, name }: Request): string {
  return `${resource}/${namespace}/${name}`;
}

/** Of a POST the name is not in the log, but only the internal secret is made so. */
function isChild({ resource, code }: Request): boolean {
  return code === 201 && resource !== "events";
}

function isStatus({ resource, code }: Request): boolean {
  return resource === "trinoclusters/status" && code === 200;
}

/** The first status of a cluster says that it was observed; later ones what became of it. */
function lastNeeded(requests: readonly Request[]): number {
  const first = new Map<string, number>();
  for (const request of requests.filter(isStatus)) {
    const key = keyOf(request);
    first.set(key, Math.min(first.get(key) ?? Number.POSITIVE_INFINITY, request.to));
  }
  const last = (times: Iterable<number>): number => [...times].reduce((a, b) => Math.max(a, b), 0);
  return Math.max(last(first.values()), last(requests.filter(isChild).map(({ to }) => to)));
}

function costOf(requests: readonly Request[], count: number): Omit<Creation, "seconds" | "creating"> {
  return {
    children: requests.filter(isChild).length / count,
    writes: requests.filter(isWrite).length / count,
    reads: requests.filter(isRead).length / count,
    byVerb: summaryOf(requests, ({ verb }) => verb),
    byResource: summaryOf(requests.filter(isWrite), ({ verb, resource }) => `${verb} ${resource}`),
  };
}
