/** The requests of one user, as the API server's audit log has them, read as it grows. */
import { type FileHandle, open } from "node:fs/promises";

/** One request that was answered. */
export interface Request {
  readonly user: string;
  readonly verb: string;
  /** `resource` or `resource/subresource`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** The HTTP status of the answer: 201 when something was made that was not there. */
  readonly code: number;
  /** When it came and when it was answered, in milliseconds since the epoch, with fractions. */
  readonly from: number;
  readonly to: number;
}

/** Reads what was written since the last reading. */
export interface Audit {
  readonly read: () => Promise<readonly Request[]>;
  readonly close: () => Promise<void>;
}

const CHUNK = 4 * 1024 * 1024;

/** Opens the log; the first reading begins at its end. */
export async function openAudit(path: string): Promise<Audit> {
  const file = await open(path);
  let position = (await file.stat()).size;
  let rest = "";
  return {
    read: async () => {
      const { text, end } = await readFrom(file, position);
      position = end;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      return lines.flatMap((line) => requestOf(line) ?? []);
    },
    close: () => file.close(),
  };
}

async function readFrom(file: FileHandle, start: number): Promise<{ readonly text: string; readonly end: number }> {
  const chunks: Buffer[] = [];
  for (let end = start; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, end);
    chunks.push(buffer.subarray(0, bytesRead));
    end += bytesRead;
    if (bytesRead < CHUNK) return { text: Buffer.concat(chunks).toString("utf8"), end };
  }
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string; readonly namespace?: string };
  readonly requestURI: string;
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** A watch is logged when it begins and when it ends: only the latter counts. */
function requestOf(line: string): Request | undefined {
  const { stage, verb, user, objectRef, responseStatus, ...event } = JSON.parse(line) as AuditEvent;
  if (stage !== "ResponseComplete") return undefined;
  const { resource = event.requestURI, subresource, name = "", namespace = "" } = objectRef ?? {};
  return {
    user: user.username,
    verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    code: responseStatus?.code ?? 0,
    from: microseconds(event.requestReceivedTimestamp),
    to: microseconds(event.stageTimestamp),
  };
}

/** Date.parse drops what is finer than a millisecond. */
function microseconds(timestamp: string): number {
  return Date.parse(timestamp) + Number(/\.\d{3}(\d*)/u.exec(timestamp)?.[1]?.padEnd(3, "0").slice(0, 3) ?? 0) / 1000;
}

const READS: ReadonlySet<string> = new Set(["get", "list"]);

/** Whether it looks without changing; a watch is neither this nor a write. */
export function isRead({ verb }: Request): boolean {
  return READS.has(verb);
}

/** Whether it changes something. */
export function isWrite(request: Request): boolean {
  return request.verb !== "watch" && !isRead(request);
}

/** Such as `12000 get, 13000 patch`, or with resources. */
export function summaryOf(requests: readonly Request[], by: (request: Request) => string): string {
  const counts = new Map<string, number>();
  for (const request of requests) counts.set(by(request), (counts.get(by(request)) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([what, count]) => `${count} ${what}`).join(", ") || "none";
}
