/** Writes only while we lead. */
import { NotLeaderError } from "./api-error.ts";
import type { Client, RawRequest } from "./client.ts";
import type { LeaderElector } from "./leader-election.ts";

/**
 * The same client, whose writes throw NotLeaderError while `elector` does not lead. It asks right before each write: a
 * process that was paused for minutes wakes up with its old signal still unaborted, but with a clock that has moved on.
 */
export function fence<C extends Client>(client: C, elector: Pick<LeaderElector, "isLeader">): C {
  const refuse = (method: string) => Promise.reject(new NotLeaderError(`refused to ${method}: this process does not lead`));
  const fenced: Client = {
    get: (type, name) => client.get(type, name),
    list: (type, options) => client.list(type, options),
    create: (type, object) => (elector.isLeader() ? client.create(type, object) : refuse("create")),
    apply: (type, object, options) => (elector.isLeader() ? client.apply(type, object, options) : refuse("apply")),
    mergePatch: (type, name, patch, subresource) =>
      elector.isLeader() ? client.mergePatch(type, name, patch, subresource) : refuse("patch"),
    delete: (type, name, options) => (elector.isLeader() ? client.delete(type, name, options) : refuse("delete")),
    raw: (request: RawRequest) => (request.method === "GET" || elector.isLeader() ? client.raw(request) : refuse(request.method)),
  };
  return { ...client, ...fenced };
}
