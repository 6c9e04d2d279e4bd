/** What must hold after a point, whatever struck: beyond the end state itself. */
import type { KubernetesObject } from "../../src/runtime/object.ts";
import type { PodNews } from "../hollow/node.ts";
import type { Entry } from "./proxy.ts";
import { isWrite, keyOfRequest } from "./request-info.ts";
import { CANARY } from "./scenarios.ts";

/** An event, of whomever: Kubernetes' own controllers warn of themselves too. */
export interface ToldEvent extends KubernetesObject {
  readonly type: string;
  readonly reason: string;
  /** Of what the operator says of a condition, its type. */
  readonly action?: string;
  readonly reportingController: string;
}

const CONTROLLER = "trino-operator.io/trino-operator";

/** What a run left behind. */
export interface Trace {
  /** Whether the cluster served when it began. */
  readonly served: boolean;
  readonly log: readonly Entry[];
  readonly lines: readonly string[];
  readonly unplanned: readonly string[];
  readonly news: readonly PodNews[];
  readonly objects: readonly KubernetesObject[];
  readonly events: readonly ToldEvent[];
}

/** Counts by which runs are compared. */
export interface Tally {
  /** Successful writes by request key. */
  readonly writes: ReadonlyMap<string, number>;
  /** Pods by component and version: `worker 476 created`. */
  readonly pods: ReadonlyMap<string, number>;
  /** Reasons that would call a person: of Degraded, that it was not available for a while, of Warning events. */
  readonly alarms: ReadonlySet<string>;
}

/** The tally of a run. */
export function tallyOf({ served, log, news, events }: Trace): Tally {
  const warnings = events.filter(({ type, reportingController }) => type === "Warning" && reportingController === CONTROLLER);
  return {
    writes: count(log.filter(isDone).map(keyOfRequest)),
    pods: count(news.map(({ component, version, kind }) => `${component} ${version} ${kind}`)),
    alarms: new Set([...alarmsOf(log, served), ...warnings.map(({ reason, action }) => (action === "Available" ? UNAVAILABLE : reason))]),
  };
}

/** A write that the API server, or a Trino process, has done. */
function isDone(entry: Entry): boolean {
  return isWrite(entry) && entry.status > 0 && entry.status < 300;
}

interface Written {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[] };
}

/** That it was not available for a while. Why differs with the moment: a coordinator that is away, workers that are not there yet. */
export const UNAVAILABLE = "not available";

/** From every status that was written: those of the end alone would hide what came and went. */
function alarmsOf(log: readonly Entry[], servedBefore: boolean): readonly string[] {
  const statuses = log.filter((entry) => isDone(entry) && entry.resource === "trinoclusters" && entry.subresource === "status");
  let served = servedBefore;
  return statuses.flatMap(({ body }) =>
    ((JSON.parse(body) as Written).status?.conditions ?? []).flatMap(({ type, status, reason }) => {
      const lost = type === "Available" && served && status !== "True";
      if (type === "Available") served = status === "True";
      return [...(lost ? [UNAVAILABLE] : []), ...(type === "Degraded" && status !== "False" ? [reason] : [])];
    }),
  );
}

/** What is wrong in itself, in words; `struck` where an error of a request is to be expected in the log. */
export function faultsOf(trace: Trace, struck: boolean): readonly string[] {
  const bad = trace.lines.filter((line) => !line.startsWith("{") || /"level":"(error|fatal)"/.test(line));
  const unexpected = bad.filter((line) => !(struck && /"message":"(reconcile failed|informer cannot follow)"/.test(line)));
  return [
    ...trace.unplanned.map((end) => `the operator ${end}`),
    ...unexpected.slice(0, 5).map((line) => `log: ${line.slice(0, 400)}`),
    ...(bad.length > 12 ? [`${bad.length} errors in the log`] : []),
    ...deletesWithoutUid(trace.log).map((key) => `${key} without the UID of what it means`),
    ...toldSecrets(trace),
  ];
}

/** What differs from a run without faults. */
export function deviations(
  expected: Tally,
  actual: Tally,
  { allowance, alarms }: { allowance: number; alarms: readonly string[] },
): readonly string[] {
  const keys = new Set([...expected.pods.keys(), ...actual.pods.keys()]);
  const pods = [...keys].filter((key) => expected.pods.get(key) !== actual.pods.get(key));
  const writes = [...actual.writes].filter(([key, times]) => times > allowed(expected, key, allowance));
  const told = [...actual.alarms].filter((reason) => !expected.alarms.has(reason) && !alarms.includes(reason));
  return [
    ...pods.map((key) => `pods: ${key} ${actual.pods.get(key) ?? 0} times, not ${expected.pods.get(key) ?? 0}`),
    ...writes.map(([key, times]) => `writes: ${key} ${times} times, not ${expected.writes.get(key) ?? 0}`),
    ...told.map((reason) => `told: ${reason}`),
  ];
}

/** An event is one write of many, and a status has as many steps as the world shows. */
function allowed({ writes }: Tally, key: string, allowance: number): number {
  if (key.startsWith("create events")) return Number.POSITIVE_INFINITY;
  return (writes.get(key) ?? 0) + (key.includes("trinoclusters/status") ? 4 * allowance : allowance);
}

function deletesWithoutUid(log: readonly Entry[]): readonly string[] {
  const bare = log.filter(({ verb, body }) => verb === "delete" && !/"uid":"/.test(body));
  return [...new Set(bare.map(keyOfRequest))];
}

function toldSecrets({ lines, objects, events }: Trace): readonly string[] {
  const secrets = [CANARY, Buffer.from(CANARY).toString("base64"), ...internalSecrets(objects)];
  const holds = (text: string): boolean => secrets.some((secret) => text.includes(secret));
  const open = [...objects.filter(({ kind }) => kind !== "Secret"), ...events].filter((object) => holds(JSON.stringify(object)));
  return [
    ...lines.filter(holds).map(() => "a secret value in the log"),
    ...open.map(({ kind, metadata }) => `a secret value in ${kind} ${metadata.name}`),
  ];
}

function internalSecrets(objects: readonly KubernetesObject[]): readonly string[] {
  const own = objects.filter(({ kind, metadata }) => kind === "Secret" && metadata.name.includes("-internal-"));
  const values = own.flatMap((secret) => Object.values((secret as { data?: Record<string, string> }).data ?? {}));
  return values.map((value) => Buffer.from(value, "base64").toString("utf8"));
}

function count(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
