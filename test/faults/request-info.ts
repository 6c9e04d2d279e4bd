/** What a request to the API server is about, from its method and path. Source: Kubernetes' `RequestInfoFactory` */

/** What a request does, in Kubernetes' words. `tell` is a word to a Trino process, which is no request to the API server. */
export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "tell";

/** A request. */
export interface RequestInfo {
  readonly verb: Verb;
  /** The plural, for example `statefulsets`; `trino` for a Trino process. */
  readonly resource: string;
  /** Empty where there is none. */
  readonly subresource: string;
  readonly namespace: string;
  /** Empty for a collection. */
  readonly name: string;
}

const WRITES: ReadonlySet<Verb> = new Set(["create", "update", "patch", "delete", "tell"]);

/** Whether it changes something. */
export function isWrite({ verb }: Pick<RequestInfo, "verb">): boolean {
  return WRITES.has(verb);
}

/** Reads a request line; `body` gives the name of what is created. */
export function requestInfo(method: string, url: string, body: string): RequestInfo {
  const { pathname, searchParams } = new URL(url, "http://server");
  const parts = pathname.split("/").filter((part) => part !== "");
  const rest = parts.slice(parts[0] === "api" ? 2 : 3);
  const namespaced = rest[0] === "namespaces" && rest.length > 2;
  const [resource = "", name = "", subresource = ""] = namespaced ? rest.slice(2) : rest;
  const namespace = namespaced ? (rest[1] ?? "") : "";
  const verb = verbOf(method, { name, watches: searchParams.get("watch") === "true" });
  return { verb, resource, subresource, namespace, name: verb === "create" ? nameIn(body) : name };
}

function verbOf(method: string, { name, watches }: { name: string; watches: boolean }): Verb {
  if (method === "GET") return watches ? "watch" : name === "" ? "list" : "get";
  const verbs: Readonly<Record<string, Verb>> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
  return verbs[method] ?? "get";
}

function nameIn(body: string): string {
  try {
    const { metadata } = JSON.parse(body) as { metadata?: { name?: string; generateName?: string } };
    return metadata?.name ?? metadata?.generateName ?? "";
  } catch {
    return "";
  }
}

/** The request with what differs from run to run left out: hashes and random endings of names. */
export function keyOfRequest({ verb, resource, subresource, name }: RequestInfo): string {
  const place = subresource === "" ? resource : `${resource}/${subresource}`;
  const shown = resource === "events" ? "" : maskedName(name);
  return `${verb} ${place}${shown === "" ? "" : ` ${shown}`}`;
}

/** A name without its hashes: ten hex digits of ours, and what ReplicaSets add. */
export function maskedName(name: string): string {
  return name.replace(/-[0-9a-f]{10}-[0-9a-z]{6,10}-[0-9a-z]{5}$/, "-#-#-#").replaceAll(/-[0-9a-f]{10}(?![0-9a-z])/g, "-#");
}
