/** A server that is behind: collections as they were at a resource version, from the API server's own history. */

interface List {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly object[] | null;
  readonly kind: string;
  readonly apiVersion: string;
}

/** The path of the same collection as it was then. */
export function frozenPath(url: string, resourceVersion: string): string {
  const parsed = new URL(url, "http://server");
  const { searchParams } = parsed;
  for (const name of ["watch", "allowWatchBookmarks", "timeoutSeconds", "sendInitialEvents", "limit", "continue"])
    searchParams.delete(name);
  searchParams.set("resourceVersion", resourceVersion);
  searchParams.set("resourceVersionMatch", "Exact");
  return `${parsed.pathname}?${searchParams.toString()}`;
}

/** The list as the initial events of a watch, with the bookmark that ends them. */
export function answerFrozen(body: Buffer): string {
  const list = JSON.parse(body.toString("utf8")) as List;
  const kind = list.kind.replace(/List$/, "");
  const common = { kind, apiVersion: list.apiVersion };
  const events = (list.items ?? []).map((item) => ({ type: "ADDED", object: { ...common, ...item } }));
  const annotations = { "k8s.io/initial-events-end": "true" };
  const end = { type: "BOOKMARK", object: { ...common, metadata: { resourceVersion: list.metadata.resourceVersion, annotations } } };
  return [...events, end].map((event) => `${JSON.stringify(event)}\n`).join("");
}
