/** What people and faults do between two seconds, and the time after the last of them. */
import { crash, evict, loseNode } from "./kubelet.ts";
import { reconcile } from "./operator.ts";
import { pass } from "./seconds.ts";
import { settle } from "./settle.ts";
import { sendQuery } from "./trino.ts";
import { faultOf, type Lag, NODES, newWorld, type Settings, targetOf, type Wanted, type World } from "./world.ts";

/** What happens between two seconds. */
export type Command =
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "edit"; readonly change: Partial<Wanted> }
  | { readonly kind: "queries"; readonly count: number; readonly seconds: number }
  /** Trino does not answer the operator. */
  | { readonly kind: "silent"; readonly seconds: number }
  /** The operator's caches are so old from now on. */
  | { readonly kind: "lag"; readonly lag: Lag }
  /** The operator is killed after so many more writes. */
  | { readonly kind: "kill"; readonly writes: number }
  /** The order in which the requests of one plan go out. */
  | { readonly kind: "order"; readonly order: number }
  | { readonly kind: "reconcile" }
  | { readonly kind: "loseNode"; readonly node: number; readonly seconds: number }
  /** No node has room for a new pod. */
  | { readonly kind: "full"; readonly seconds: number }
  /** Kubelets end no pod. */
  | { readonly kind: "hang"; readonly seconds: number }
  /** A Trino process ends by itself. */
  | { readonly kind: "crash"; readonly component: "coordinator" | "worker" }
  /** A kubelet ends a worker for good, because its node is short of something. */
  | { readonly kind: "evict" }
  /** Images can be pulled from now on. */
  | { readonly kind: "images" };

/** The first breach of a promise, or undefined. Starts with a cluster that serves, unless it shall start from nothing. */
export function run(settings: Settings, commands: readonly Command[], fromNothing: boolean): string | undefined {
  const world = newWorld(settings, { coordinator: 0, workers: 0, version: 476, replicas: 3, suspend: false });
  if (!fromNothing) pass(world, 40);
  for (const command of commands) {
    act(world, command);
    const [violation] = world.monitor.violations;
    if (violation !== undefined) return violation;
  }
  return settle(world);
}

/** Does one command. */
function act(world: World, command: Command): void {
  switch (command.kind) {
    case "pass":
      pass(world, command.seconds);
      break;
    case "edit":
      edit(world, command.change);
      break;
    case "queries":
      for (let count = 0; count < command.count; count++) sendQuery(world, command.seconds);
      break;
    case "silent":
      world.silentUntil = world.now + command.seconds * 1000;
      break;
    case "lag":
      world.lag = command.lag;
      break;
    case "kill":
      world.operator.writesLeft = command.writes;
      break;
    case "order":
      world.operator.order = command.order;
      break;
    case "reconcile":
      reconcile(world);
      break;
    case "images":
      world.imagesThere = true;
      break;
    default:
      fail(world, command);
  }
}

function fail(world: World, fault: Extract<Command, { kind: "loseNode" | "full" | "hang" | "crash" | "evict" }>): void {
  world.monitor.lastFault = world.now;
  switch (fault.kind) {
    case "loseNode":
      loseNode(world, NODES[fault.node] ?? "", fault.seconds);
      break;
    case "full":
      world.fullUntil = world.now + fault.seconds * 1000;
      break;
    case "hang":
      world.hungUntil = world.now + fault.seconds * 1000;
      break;
    case "crash":
      for (const pod of world.api.pods.filter(({ component }) => component === fault.component).slice(0, 1)) {
        if (pod.process === "up" && pod.deletedAt === undefined) crash(world, pod);
      }
      break;
    case "evict":
      for (const pod of world.api.pods.filter(({ component }) => component === "worker").slice(0, 1)) evict(world, pod);
      break;
    default:
      fault satisfies never;
  }
}

function edit(world: World, change: Partial<Wanted>): void {
  const before = targetOf(world.wanted);
  world.wanted = { ...world.wanted, ...change };
  world.version++;
  const after = targetOf(world.wanted);
  if (world.wanted.suspend || before.compatibility !== after.compatibility) world.monitor.allWent = true;
  if (faultOf(world, after.workers) === "mute") world.monitor.hadUnknownWorkers = true;
  if (before.coordinator !== after.coordinator || before.workers !== after.workers) world.monitor.contentEdits++;
}
