/** What the operator asked of the API server, counted in that server's own audit log. */
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createInterface } from "node:readline";
import { auditLogPath } from "../../../local-cluster/paths.ts";
import { OPERATOR_USER_PREFIX } from "./operator.ts";

/** One request. */
export interface AuditedRequest {
  readonly verb: string;
  /** `resource` or `resource/subresource`. */
  readonly resource: string;
  /** The API group of the resource; empty for the core's. */
  readonly group: string;
  readonly name: string;
  readonly namespace: string;
  readonly user: string;
  /** Whether the user had the right to ask. What admission refuses was allowed, and is a 403 too. */
  readonly allowed: boolean;
  /** The HTTP status of the answer: 201 when something was made that was not there. */
  readonly code: number;
  /** When it was answered, in milliseconds since the epoch. */
  readonly at: number;
}

/** Requests by what they cost. */
export interface Requests {
  readonly reads: readonly AuditedRequest[];
  readonly writes: readonly AuditedRequest[];
  /** Leader election. */
  readonly leases: readonly AuditedRequest[];
  /** Watches that ended or began, which an idle controller renews now and then. */
  readonly watches: readonly AuditedRequest[];
}

const USER_OF_A_POD = "system:serviceaccount:";
const READS: ReadonlySet<string> = new Set(["get", "list"]);

/** Whose requests: of users whose name begins so (the operator's, where none is given), and about which namespace (any). */
export interface RequestScope {
  readonly user?: string;
  readonly namespace?: string;
}

/** Begins to listen; the function that it returns tells the requests of that scope from then until it is called. */
export async function recordRequests({ user = OPERATOR_USER_PREFIX, namespace }: RequestScope = {}): Promise<() => Promise<Requests>> {
  const { size: start } = await stat(auditLogPath());
  return async () => {
    const requests = (await linesFrom(start)).flatMap((line) => requestOf(line) ?? []);
    return sortOut(requests.filter((request) => request.user.startsWith(user) && (namespace === undefined || isAbout(request, namespace))));
  };
}

/** The requests of users whose names match, from a time on (milliseconds since the epoch), in any audit log; read line by line, as it grows large. */
export async function requestsOfUsers(users: RegExp, since: number, path: string = auditLogPath()): Promise<readonly AuditedRequest[]> {
  const requests: AuditedRequest[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (!line.endsWith("}") || !line.includes(USER_OF_A_POD)) continue;
    const request = requestOf(line);
    if (request && request.at >= since && users.test(request.user)) requests.push(request);
  }
  return requests;
}

/** What has no namespace may be about any. */
function isAbout(request: AuditedRequest, namespace: string): boolean {
  return request.namespace === namespace || request.namespace === "";
}

/** `verb resource`, counted, for people. */
export function summaryOf(requests: readonly AuditedRequest[]): string {
  const counts = new Map<string, number>();
  for (const { verb, resource, name } of requests) {
    const key = `${verb} ${resource} ${name}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${count}× ${key}`).join(", ") || "none";
}

function sortOut(requests: readonly AuditedRequest[]): Requests {
  const leases = requests.filter(({ resource }) => resource === "leases");
  const watches = requests.filter(({ verb }) => verb === "watch");
  const rest = requests.filter((request) => !leases.includes(request) && !watches.includes(request));
  return { leases, watches, reads: rest.filter(({ verb }) => READS.has(verb)), writes: rest.filter(({ verb }) => !READS.has(verb)) };
}

async function linesFrom(start: number): Promise<readonly string[]> {
  const file = await open(auditLogPath());
  try {
    const { size } = await file.stat();
    if (size < start) throw new Error("the audit log was rotated while requests were counted");
    const buffer = Buffer.alloc(size - start);
    await file.read(buffer, 0, buffer.length, start);
    return buffer
      .toString("utf8")
      .split("\n")
      .filter((line) => line.endsWith("}"));
  } finally {
    await file.close();
  }
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: Partial<Readonly<Record<"resource" | "subresource" | "apiGroup" | "name" | "namespace", string>>>;
  readonly requestURI: string;
  readonly responseStatus?: { readonly code?: number };
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Each request once: a watch is logged when it begins and when it ends. */
function requestOf(line: string): AuditedRequest | undefined {
  const { stage, verb, user, objectRef, requestURI, responseStatus, stageTimestamp, annotations = {} } = JSON.parse(line) as AuditEvent;
  if (stage === "ResponseStarted") return undefined;
  const { resource = requestURI, subresource, apiGroup = "", name = "", namespace = "" } = objectRef ?? {};
  return {
    verb,
    resource: subresource ? `${resource}/${subresource}` : resource,
    group: apiGroup,
    name,
    namespace,
    user: user.username,
    allowed: annotations["authorization.k8s.io/decision"] !== "forbid",
    code: responseStatus?.code ?? 0,
    at: Date.parse(stageTimestamp),
  };
}
