/** Runs one scenario with one fault (or none), waits until all is quiet, and says what it saw. */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import type { Lines } from "../snapshot/lines.ts";
import { dumpOf, objectsIn } from "./dump.ts";
import type { ToldEvent, Trace } from "./oracles.ts";
import type { Rule } from "./rules.ts";
import { CANARY, createCluster, type Scenario } from "./scenarios.ts";
import { pause } from "./wait.ts";
import type { Place, World } from "./world.ts";

const EVENT: ResourceType = { apiVersion: "events.k8s.io/v1", kind: "Event", plural: "events", namespaced: true };

/** How a fault comes into a run. */
export interface Disturbance {
  /** In words, which are its name. */
  readonly name: string;
  /** What strikes a request. */
  readonly rule?: Rule;
  /** After it has acted; the run is at its end only when this has ended. */
  readonly disturb?: (place: Place, world: World) => Promise<void>;
  /** Instead of the scenario's own act, which it may do itself. */
  readonly replaces?: boolean;
  /** It may leave a revision that did not come to serve (two unused ones stay), or an attempt that was made of an old view. */
  readonly remembers?: boolean;
  /** What it may tell a person beside what a run without a fault tells. */
  readonly alarms?: readonly string[];
  /** An error of a request is to be expected in the log. */
  readonly struck: boolean;
  /** How many times more than without it a write may be done. */
  readonly allowance: number;
}

/** What came of it. */
export interface Run {
  readonly trace: Trace;
  readonly dump: Lines;
  /** False when its rule found nothing to strike: it was a run without a fault. */
  readonly hit: boolean;
  readonly seconds: number;
  /** Why it did not come to rest; undefined when it did. */
  readonly stuck: string | undefined;
}

const QUIET_MS = 1_500;
/** A busy machine is no failure. */
const PATIENCE_MS = 300_000;
const LOOK_MS = 100;

/** Runs it in a place of its own. */
export async function runPoint(world: World, scenario: Scenario, disturbance: Disturbance): Promise<Run> {
  const place = await world.place();
  const began = performance.now();
  const { namespace, proxy, operator } = place;
  try {
    await world.client.create(KINDS.Secret, secret(namespace));
    operator.start();
    if (scenario.before) {
      await createCluster(world.client, namespace, scenario.before);
      await rest(world, place, scenario.before.suspend === true ? "Suspended" : "Ready");
    }
    const start = performance.now();
    const known = { lines: operator.lines.length, news: world.node.news.length };
    if (disturbance.rule) proxy.rules.set([disturbance.rule]);
    if (disturbance.replaces !== true) await scenario.act(world.client, namespace);
    await disturbance.disturb?.(place, world);
    const stuck = await rest(world, place, scenario.end).then(
      () => undefined,
      (error: Error) => error.message,
    );
    await operator.stop();
    const objects = await objectsIn(world.client, namespace);
    const trace = {
      served: scenario.before !== undefined && scenario.before.suspend !== true,
      log: proxy.log.filter(({ at }) => at >= start),
      lines: operator.lines.slice(known.lines),
      unplanned: operator.unplanned,
      news: world.node.news.slice(known.news).filter((entry) => entry.namespace === namespace),
      objects,
      events: await world.client.list<ToldEvent>(EVENT, { namespace }),
    };
    return {
      trace,
      dump: dumpOf(objects, namespace),
      hit: !disturbance.rule || proxy.rules.hits.length > 0,
      seconds: (performance.now() - began) / 1000,
      stuck,
    };
  } finally {
    await place.close();
  }
}

interface Cluster extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; reason: string; message: string; observedGeneration?: number }[];
  };
}

/** At rest: the status says so, nothing was written for a while, and the operator runs. One that was killed is started again. */
async function rest(world: World, place: Place, end: Scenario["end"]): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  for (let since = Number.POSITIVE_INFINITY; ; ) {
    if (!place.operator.runs) place.operator.start();
    const state = await stateOf(world, place.namespace, end).catch((error: unknown) => `nobody knows: ${String(error)}`);
    const now = performance.now();
    since = state === "" ? Math.min(since, now) : Number.POSITIVE_INFINITY;
    if (now - Math.max(since, lastActAt(place)) >= QUIET_MS) return;
    if (now > limit) throw new Error(`it did not come to rest in ${PATIENCE_MS / 1000} s: ${state === "" ? "it goes on writing" : state}`);
    await pause(LOOK_MS);
  }
}

/** A start is an act: only then does the operator see what there is to do. */
function lastActAt({ operator, proxy }: Place): number {
  return Math.max(operator.startedAt, proxy.writes().at(-1)?.at ?? 0);
}

/** What is missing; empty at the end. */
async function stateOf({ client }: World, namespace: string, end: Scenario["end"]): Promise<string> {
  const clusters = await client.list<Cluster>(KINDS.TrinoCluster, { namespace });
  if (end === "gone") return clusters.length === 0 ? leftOver(client, namespace) : "the TrinoCluster is there";
  const [cluster] = clusters;
  const said = (name: string) => cluster?.status?.conditions?.find(({ type }) => type === name);
  const [ready, progressing] = [said("Ready"), said("Progressing")];
  if (!ready || !progressing || ready.observedGeneration !== cluster?.metadata.generation) return "no condition of this generation";
  if (progressing.status !== "False") return `${progressing.reason}: ${progressing.message}`;
  const reached =
    end === "Ready" ? ready.status === "True" : ready.reason === "Suspended" && (await client.list(KINDS.Pod, { namespace })).length === 0;
  return reached ? "" : `${ready.reason}: ${ready.message}`;
}

/** Garbage collection follows in its own time. */
async function leftOver(client: World["client"], namespace: string): Promise<string> {
  const left = (await objectsIn(client, namespace)).filter(({ metadata }) => metadata.name !== SECRET);
  return left.map(({ kind, metadata }) => `${kind} ${metadata.name} is left`).join(", ");
}

const SECRET = "db";

function secret(namespace: string): KubernetesObject {
  const stringData = { password: CANARY };
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace, name: SECRET }, stringData } as KubernetesObject;
}
