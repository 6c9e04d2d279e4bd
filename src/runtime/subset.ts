/** Whether a live object already holds all that we want of it: what the server and others added does not count. */

/** Field name → the fields that tell the elements of that list apart (server-side apply's list-map keys). */
export type ListKeys = Readonly<Record<string, readonly string[]>>;

/**
 * The lists of the built-in kinds that others may add elements to. All other lists are compared as a whole, since the
 * server replaces them as a whole. Source: `x-kubernetes-list-map-keys` in Kubernetes' OpenAPI
 */
export const BUILT_IN_LIST_KEYS: ListKeys = {
  containers: ["name"],
  initContainers: ["name"],
  volumes: ["name"],
  env: ["name"],
  volumeMounts: ["mountPath"],
  volumeDevices: ["devicePath"],
  imagePullSecrets: ["name"],
  hostAliases: ["ip"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  ownerReferences: ["uid"],
  conditions: ["type"],
  resourceClaims: ["name"],
};

/** Lists of plain values that are sets. */
const SETS: readonly string[] = ["finalizers"];
/** Maps of quantities: the server writes `1000m` as `1`. */
const QUANTITY_MAPS: readonly string[] = ["limits", "requests", "hard"];

type Json = unknown;

/** Whether `live` has everything in `desired`, with server-side apply's idea of lists. Plain JSON values only. */
export function isSubset(desired: Json, live: Json, listKeys: ListKeys = BUILT_IN_LIST_KEYS): boolean {
  return covers(desired, live, { field: "", parent: "", listKeys });
}

interface Place {
  readonly field: string;
  readonly parent: string;
  readonly listKeys: ListKeys;
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
    if (!covers(wanted, live[field], { field, parent: place.field, listKeys: place.listKeys })) return false;
  }
  return true;
}

function coversList(desired: readonly Json[], live: readonly Json[], place: Place): boolean {
  const inner = { ...place, field: "", parent: place.field };
  const keys = keysOf(place, desired);
  if (keys !== undefined)
    return desired.every((wanted) => live.some((found) => hasSameKeys(wanted, found, keys) && covers(wanted, found, inner)));
  if (SETS.includes(place.field)) return desired.every((wanted) => live.includes(wanted));
  return desired.length === live.length && desired.every((wanted, index) => covers(wanted, live[index], inner));
}

/** Ports are told apart by their protocol too, whose default the server adds; and a Service calls the number differently. */
function keysOf(place: Place, desired: readonly Json[]): readonly string[] | undefined {
  if (place.field !== "ports") return Object.hasOwn(place.listKeys, place.field) ? place.listKeys[place.field] : undefined;
  const first = desired[0];
  return isObject(first) && first["containerPort"] !== undefined
    ? ["containerPort", "protocol"]
    : isObject(first) && first["port"] !== undefined
      ? ["port", "protocol"]
      : undefined;
}

function hasSameKeys(wanted: Json, found: Json, keys: readonly string[]): boolean {
  if (!isObject(wanted) || !isObject(found)) return false;
  return keys.every((key) => wanted[key] === found[key] || (key === "protocol" && (wanted[key] ?? "TCP") === (found[key] ?? "TCP")));
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
