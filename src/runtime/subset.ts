/** Whether a live object already holds all that we want of it: what the server and others added does not count. */

/**
 * The lists of the built-in kinds to which others may add elements: those with list-map keys, and sets. All others are compared as a
 * whole, since the server replaces them as a whole. Source: `x-kubernetes-list-type` in Kubernetes' OpenAPI
 */
const MERGED_LISTS: readonly string[] = [
  "containers",
  "initContainers",
  "volumes",
  "env",
  "volumeMounts",
  "volumeDevices",
  "imagePullSecrets",
  "hostAliases",
  "topologySpreadConstraints",
  "ownerReferences",
  "conditions",
  "resourceClaims",
  "ports",
  "finalizers",
];

/** Maps of quantities: the server writes `1000m` as `1`. */
const QUANTITY_MAPS: readonly string[] = ["limits", "requests", "hard"];

type Json = unknown;

/** Whether `live` has everything in `desired`, with server-side apply's idea of lists; `mergedLists` are those of custom kinds. Plain JSON values only. */
export function isSubset(desired: Json, live: Json, mergedLists: readonly string[] = []): boolean {
  return covers(desired, live, { field: "", parent: "", mergedLists });
}

interface Place {
  readonly field: string;
  readonly parent: string;
  readonly mergedLists: readonly string[];
}

function covers(desired: Json, live: Json, place: Place): boolean {
  if (desired === live) return true;
  if (Array.isArray(desired)) return Array.isArray(live) && coversList(desired, live, place);
  if (isObject(desired)) return isObject(live) && coversObject(desired, live, place);
  return QUANTITY_MAPS.includes(place.parent) && isSameQuantity(desired, live);
}

function coversObject(desired: Record<string, Json>, live: Record<string, Json>, place: Place): boolean {
  for (const field in desired) {
    const wanted = desired[field];
    // Neither undefined nor null is kept by the server.
    if (wanted === undefined || wanted === null) continue;
    if (live[field] === undefined && isEmpty(wanted)) continue;
    if (!covers(wanted, live[field], { field, parent: place.field, mergedLists: place.mergedLists })) return false;
  }
  return true;
}

function coversList(desired: readonly Json[], live: readonly Json[], place: Place): boolean {
  const inner = { ...place, field: "", parent: place.field };
  if (!MERGED_LISTS.includes(place.field) && !place.mergedLists.includes(place.field))
    return desired.length === live.length && desired.every((wanted, index) => covers(wanted, live[index], inner));
  // What tells two elements apart is always written, so an element that has all of ours is ours; but for a port's protocol.
  const told = place.field === "ports" ? withProtocol : (element: Json): Json => element;
  return desired.every((wanted) => live.some((found) => covers(told(wanted), told(found), inner)));
}

/** Source: https://kubernetes.io/docs/reference/networking/service-protocols/ */
function withProtocol(port: Json): Json {
  return isObject(port) ? { ...port, protocol: port["protocol"] ?? "TCP" } : port;
}

/** The server drops empty lists and maps in many places, and an absent one means the same. */
function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

function isSameQuantity(a: Json, b: Json): boolean {
  const [x, y] = [quantity(a), quantity(b)];
  return x !== undefined && y !== undefined && Math.abs(x - y) <= Math.max(Math.abs(x), Math.abs(y)) * 1e-12;
}

/** Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function quantity(value: Json): number | undefined {
  const match = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]{0,2})$/.exec(String(value));
  const factor = SUFFIXES[match?.[2] ?? "?"];
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}
