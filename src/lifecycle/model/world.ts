/**
 * A small world for the model of the plan: one Trino cluster on Kubernetes, in simulated seconds.
 *
 * It is plain data that the files beside this one change: `kubernetes.ts` and `kubelet.ts` (controllers and nodes),
 * `trino.ts` (registration and queries), `operator.ts` (observe, plan, execute) and `monitor.ts` (what must never happen).
 */
import type { RoleName, UpdatePolicy } from "../../trino/cluster.ts";
import { NOON } from "../fixtures.ts";
import type { ObservedPod, ObservedRevision, PodProblem } from "../observation.ts";
import type { Plan, Target } from "../plan-types.ts";

/** What stays as it is during one run. */
export interface Settings {
  readonly updatePolicy: UpdatePolicy;
  readonly preflight: boolean;
  readonly minAvailable: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** The part of the spec that is edited. */
export interface Wanted {
  /** An index of `CONTENTS`: what the coordinator's configuration holds. */
  readonly coordinator: number;
  /** The same for the workers. */
  readonly workers: number;
  readonly version: number;
  readonly replicas: number;
  readonly suspend: boolean;
}

/** What is wrong with a revision: its process exits, is never counted by the coordinator, or has no image (until that is there). */
export type Fault = "none" | "crashes" | "mute" | "unpullable";

/** The contents that a configuration can have. */
export const CONTENTS: readonly Fault[] = ["none", "none", "crashes", "mute", "unpullable"];

/** Versions: two that can drain, one whose workers drain in their preStop hook only, and one that starts nowhere. */
export const VERSIONS: readonly number[] = [476, 483, 460, 999];

/** A pod, both as the API server has it and as it is. Times in milliseconds since the epoch. */
export interface SimPod {
  readonly uid: string;
  readonly name: string;
  readonly component: ObservedPod["component"];
  readonly revision: string;
  readonly compatibility: string;
  readonly created: number;
  node: string | undefined;
  unscheduledSince: number | undefined;
  /** Its Trino process; `gone` on a node that is lost, `waiting` between two starts. */
  process: "none" | "starting" | "up" | "waiting" | "ended" | "gone";
  processSince: number;
  ready: boolean;
  started: boolean;
  restarts: number;
  problem: PodProblem | undefined;
  deletedAt: number | undefined;
  deleteBy: number | undefined;
  withdrawnAt: number | undefined;
  /** A worker's own state. DRAINED follows DRAINING when its tasks have ended. */
  state: "ACTIVE" | "DRAINING" | "DRAINED";
  stateSince: number;
  /** What the operator noted on it. */
  drainSince: number | undefined;
  deletionCost: number;
  unregisteredSince: number | undefined;
}

/** A StatefulSet or Deployment. */
export interface SimWorkload {
  readonly name: string;
  readonly uid: string;
  readonly created: number;
  revision: string;
  compatibility: string;
  replicas: number;
  /** How many active workers the operator's last change of replicas had to leave. */
  floor: number;
}

/** A query. Its tasks run on the workers that were active when it began. */
interface SimQuery {
  /** The coordinator's process. */
  readonly home: string;
  workers: readonly string[] | undefined;
  /** For how long it has found no worker. */
  secondsWaited: number;
  secondsLeft: number;
}

/** What the coordinator's process knows. */
interface SimTrino {
  /** Identifies the process; empty when there is none. */
  process: string;
  /** UID of each worker that it counts, since when, and when it notices that the worker has left. */
  members: Map<string, { readonly since: number; readonly leaves: number | undefined }>;
  queries: SimQuery[];
  /** What it said a second ago: the operator's answer can be so old. */
  answer: { readonly process: string; readonly registered: number; readonly queries: number };
  /** When the last coordinator was there: a draining worker gives up some time later. */
  lastSeen: number;
}

/** How old the operator's sources are, in seconds. */
export interface Lag {
  readonly pods: number;
  readonly deployments: number;
}

/** What the API server holds. */
interface Api {
  set: SimWorkload | undefined;
  deployments: SimWorkload[];
  pods: SimPod[];
  records: ObservedRevision[];
  /** `status.rollout`. */
  rollout: { readonly to: string; readonly since: string } | undefined;
}

/** The operator's process. */
interface Operator {
  /** Until when it is down. */
  downUntil: number;
  /** After how many more writes it is killed; undefined for never. */
  writesLeft: number | undefined;
  /** In which order the requests go out that it makes at the same time. */
  order: number;
  lookAgainAt: number;
  seenVersion: number;
  lastPlan: Plan | undefined;
}

/** What the monitor remembers. */
interface Monitor {
  violations: string[];
  /** UIDs of coordinators of which the operator has seen that they serve. */
  seenServing: Set<string>;
  /** Pairs that failed → the count of edits at that time. */
  failed: Map<string, number>;
  contentEdits: number;
  /** What the operator last saw wanted of the coordinator, and since when: from there a deadline counts. */
  goal: string;
  stopWanted: number;
  /** Whether workers were ever wanted that no coordinator knows. */
  hadUnknownWorkers: boolean;
  /** Whether any pair has served. */
  hasServed: boolean;
  /** Whether all workers were ever to go at once: a suspension, another version. */
  allWent: boolean;
  /** When workers were last deleted, or told to drain. */
  lastLeave: number;
  /** When a process or node was last lost or came back by a fault. */
  lastFault: number;
  /** UIDs of workers that had to go with their tasks: drainTimeout was over, or their coordinator away. */
  excused: Set<string>;
}

/** Everything. */
export interface World {
  now: number;
  readonly settings: Settings;
  wanted: Wanted;
  api: Api;
  /** What the API server held at the last ticks, the newest first. */
  history: { pods: SimPod[]; deployments: SimWorkload[] }[];
  /** Objects that came back from the operator's own writes, and the tick of the write. */
  own: { pods: Map<string, [number, SimPod]>; deployments: Map<string, [number, SimWorkload]> };
  /** Counts changes of the API. */
  version: number;
  writes: number;
  lag: Lag;
  trino: SimTrino;
  silentUntil: number;
  fullUntil: number;
  /** Until when kubelets end no pod, though their nodes are Ready. */
  hungUntil: number;
  /** Coordinators that were removed from the API while they ran. */
  orphans: SimPod[];
  imagesThere: boolean;
  lostNodes: Map<string, { since: number; until: number }>;
  operator: Operator;
  monitor: Monitor;
  uids: number;
}

/** `workers.drainTimeout`. */
export const DRAIN_TIMEOUT_SECONDS = 45;

/** The nodes of the Kubernetes cluster. */
export const NODES: readonly string[] = ["n1", "n2", "n3"];

/** A world in which nothing has been made yet. */
export function newWorld(settings: Settings, wanted: Wanted): World {
  return {
    now: NOON + 900, // API times are whole seconds, ours are not
    settings,
    wanted,
    api: { set: undefined, deployments: [], pods: [], records: [], rollout: undefined },
    history: [],
    own: { pods: new Map(), deployments: new Map() },
    version: 0,
    writes: 0,
    lag: { pods: 0, deployments: 0 },
    trino: { process: "", members: new Map(), queries: [], answer: { process: "", registered: 0, queries: 0 }, lastSeen: 0 },
    silentUntil: 0,
    fullUntil: 0,
    hungUntil: 0,
    orphans: [],
    imagesThere: false,
    lostNodes: new Map(),
    operator: { downUntil: 0, writesLeft: undefined, order: 0, lookAgainAt: 0, seenVersion: -1, lastPlan: undefined },
    monitor: {
      violations: [],
      seenServing: new Set(),
      failed: new Map(),
      contentEdits: 0,
      goal: "",
      stopWanted: 0,
      hadUnknownWorkers: false,
      hasServed: false,
      allWent: false,
      lastLeave: 0,
      lastFault: 0,
      excused: new Set(),
    },
    uids: 0,
  };
}

/** The name of a revision says what is in it. */
function revisionName(role: RoleName, content: number, version: number): string {
  return `${role === "worker" ? "w" : "c"}-${content}-${version}`;
}

/** The pair that a spec asks for. */
export function targetOf({ coordinator, workers, version }: Wanted): Target {
  return {
    version,
    compatibility: compatibilityOfRevision(revisionName("worker", workers, version)),
    coordinator: revisionName("coordinator", coordinator, version),
    workers: revisionName("worker", workers, version),
  };
}

/** What nodes of this revision must have in common with others. */
export function compatibilityOfRevision(revision: string): string {
  return `${revision.split("-")[2]} orders-internal-1`;
}

/** What is wrong with a revision now. */
export function faultOf({ imagesThere }: Pick<World, "imagesThere">, revision: string): Fault {
  const [, content, version] = revision.split("-");
  if (version === "999") return "crashes";
  const fault = CONTENTS[Number(content)] ?? "none";
  return fault === "unpullable" && imagesThere ? "none" : fault;
}

/** A time as the API writes it. */
export function rfc3339(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** The coordinator's pod. */
export function coordinatorPod({ api }: World): SimPod | undefined {
  return api.pods.find(({ component }) => component === "coordinator");
}

/** The process that runs in a pod; another one after each start. */
export function processOf({ uid, restarts }: SimPod): string {
  return `${uid}/${restarts}`;
}

/** Workers that the coordinator counts and that can be given work. */
export function activeWorkers(world: World): readonly SimPod[] {
  return world.api.pods.filter((pod) => world.trino.members.has(pod.uid) && isActive(pod));
}

/** A worker that takes work. */
export function isActive({ process, deletedAt, state }: SimPod): boolean {
  return process === "up" && deletedAt === undefined && state === "ACTIVE";
}

/** The least number of active workers that the operator must leave. */
export function floorOf({ settings: { minAvailable } }: World, replicas: number): number {
  return Math.min(minAvailable, replicas);
}
