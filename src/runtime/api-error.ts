/** What can go wrong between us and the API server, and what a reconcile does about it. */

/** A cause inside the details of a Status. Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface StatusCause {
  readonly reason?: string;
  readonly field?: string;
  readonly message?: string;
}

/** The details of a Status object. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The Status object with which the API server refuses. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

/** Thrown for every answer of the API server from 300 on, and for an ERROR event of a watch. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status. */
  readonly code: number;
  /** The machine-readable reason, e.g. `NotFound`; empty when the answer was no Status object. */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** How long the server asks us to wait, or undefined. */
  readonly retryAfterMs: number | undefined;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;

  constructor(status: Status, request: { method: string; path: string; code: number; retryAfterMs?: number | undefined }) {
    const path = request.path.split("?", 1)[0] ?? request.path;
    super(`${request.method} ${path}: ${request.code} ${status.message ?? status.reason ?? "without a Status object"}`);
    this.code = request.code;
    this.reason = status.reason ?? "";
    this.details = status.details;
    this.retryAfterMs = request.retryAfterMs ?? secondsToMs(status.details?.retryAfterSeconds);
    this.method = request.method;
    this.path = path;
  }
}

/** Thrown when the API server gave no answer: refused, reset, or silent past the deadline. Whether it acted is unknown. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** The system's code, e.g. `ECONNRESET` or `ETIMEDOUT`; empty when there is none. */
  readonly code: string;

  constructor(what: string, cause: unknown) {
    const code = systemCode(cause);
    super(`${what}: ${code || (cause instanceof Error ? cause.message : String(cause))}`, { cause });
    this.code = code;
  }
}

/** Thrown by a reconcile that no retry can help: it is not repeated until its object changes (or the next resync). */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
  }
}

/** Thrown by a fenced client instead of a write when this process does not lead (any more). */
export class NotLeaderError extends Error {
  override readonly name = "NotLeaderError";
}

/** Whether the object (or its kind) does not exist. */
export function isNotFound(error: unknown): error is ApiError {
  return hasCode(error, 404);
}

/** Whether a precondition failed or another writer came first; an AlreadyExists is not a conflict. */
export function isConflict(error: unknown): error is ApiError {
  return hasCode(error, 409) && error.reason !== "AlreadyExists";
}

/** Whether an object of that name is there already. */
export function isAlreadyExists(error: unknown): error is ApiError {
  return hasCode(error, 409) && error.reason === "AlreadyExists";
}

/** Whether the resource version (or continue token) is too old: list again. */
export function isGone(error: unknown): error is ApiError {
  return hasCode(error, 410);
}

/** Whether RBAC, a quota or an admission plugin refused. */
export function isForbidden(error: unknown): error is ApiError {
  return hasCode(error, 403);
}

/** Whether the credentials were refused. */
export function isUnauthorized(error: unknown): error is ApiError {
  return hasCode(error, 401);
}

/** Whether the object is invalid, e.g. a change of an immutable field. */
export function isInvalid(error: unknown): error is ApiError {
  return hasCode(error, 422);
}

/** Whether the server asks for fewer requests. */
export function isTooManyRequests(error: unknown): error is ApiError {
  return hasCode(error, 429);
}

/**
 * Whether nothing can be created because the namespace is being deleted: that is for good, and the object that we are about
 * goes with it. Source: `NamespaceTerminatingCause` of k8s.io/api/core/v1
 */
export function isNamespaceTerminating(error: unknown): error is ApiError {
  return isForbidden(error) && (error.details?.causes ?? []).some((cause) => cause.reason === "NamespaceTerminating");
}

/** Whether a quota refused the write. */
export function isQuotaExceeded(error: unknown): error is ApiError {
  return isForbidden(error) && error.message.includes("exceeded quota");
}

function hasCode(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds <= 0 ? undefined : seconds * 1000;
}

function systemCode(cause: unknown): string {
  const code = (cause as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}
