/**
 * What many clusters cost, on a control plane of the benchmark's own: no local cluster, no nodes.
 * While clusters are created no controller of Kubernetes runs, so that the time is that of operator and API server alone. With
 * `--pods` those run afterwards that make pods, since the operator keeps a copy of each; no pod is ever scheduled.
 */
import { step } from "../../local-cluster/progress.ts";
import { waitFor } from "../../local-cluster/wait.ts";
import { createNamespaces, numbersBelow } from "./clusters.ts";
import { awaitQuiet, type Creation, measureCreation } from "./creation.ts";
import {
  bundleOperator,
  cpuSecondsOf,
  type MeasuredProgram,
  type Memory,
  memoryOf,
  type OperatorProgram,
  startOperator,
} from "./operator-process.ts";
import { type ScalePlane, startScalePlane } from "./plane.ts";
import { measureEdits, measureRestart, measureResync, type Quiet } from "./steady.ts";
import { buildYardstick, childrenTemplate, startYardstick } from "./yardstick.ts";

/** What to measure. */
export interface ScaleOptions {
  readonly clusters: number;
  readonly edits: number;
  /** Rounds of the creation for each program, made in turns. */
  readonly rounds: number;
  /** Whether pods are made, too, before the operator is looked at further: that takes minutes. */
  readonly pods: boolean;
}

/** What one round of the creation showed. */
export interface Round extends Creation {
  readonly oneCluster: Memory;
  readonly memory: Memory;
  /** Processor time in seconds of the program, and of the API server meanwhile. */
  readonly cpu: number;
  readonly apiServerCpu: number;
  /** The event loop's lag in seconds meanwhile; the yardstick has none. */
  readonly lag?: Lag;
}

/** Percentiles in seconds. */
export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What an operator with many clusters shows. */
export interface Steady {
  readonly withPods?: { readonly pods: number; readonly memory: Memory };
  readonly resync: Quiet;
  readonly restart: Quiet & { readonly synced: number };
  readonly restarted: Memory;
  /** Milliseconds, sorted. */
  readonly edits: readonly number[];
}

/** Everything that was measured. */
export interface Scale {
  readonly children: number;
  readonly operator: readonly Round[];
  readonly yardstick: readonly Round[];
  readonly steady: Steady;
}

/** Creates the clusters with the operator and with the yardstick, in turns; the operator of the last round is looked at further. */
export async function measureScale(options: ScaleOptions): Promise<Scale> {
  const program = await buildYardstick();
  await bundleOperator();
  const children = childrenTemplate().length;
  const [operator, yardstick]: [Round[], Round[]] = [[], []];
  const withOperator = async (plane: ScalePlane) => {
    const { round, running } = await operatorRound(plane, options, children);
    await running.stop();
    return round;
  };
  const withYardstick = (plane: ScalePlane) => yardstickRound(plane, { program, options, children });
  for (let round = 1; round < options.rounds; round++) {
    operator.push(await onFreshPlane(`round ${round}: operator`, withOperator));
    yardstick.push(await onFreshPlane(`round ${round}: yardstick`, withYardstick));
  }
  yardstick.push(await onFreshPlane(`round ${options.rounds}: yardstick`, withYardstick));
  const steady = await onFreshPlane(`round ${options.rounds}: operator`, async (plane) => {
    const last = await operatorRound(plane, options, children);
    operator.push(last.round);
    return measureSteady(plane, last.running, options);
  });
  return { children, operator, yardstick, steady };
}

function onFreshPlane<T>(what: string, run: (plane: ScalePlane) => Promise<T>): Promise<T> {
  return step(what, async () => {
    const plane = await startScalePlane();
    try {
      return await run(plane);
    } finally {
      await plane.stop();
    }
  });
}

/** The operator goes on running. */
async function operatorRound(
  plane: ScalePlane,
  options: ScaleOptions,
  children: number,
): Promise<{ readonly round: Round; readonly running: OperatorProgram }> {
  const running = await startOperator(plane);
  const round = await creationRound(plane, running, { ...options, children, begin: async () => void (await running.metrics()) });
  return { round: { ...round, lag: await lagOf(running) }, running };
}

async function yardstickRound(
  plane: ScalePlane,
  { program, options, children }: { readonly program: string; readonly options: ScaleOptions; readonly children: number },
): Promise<Round> {
  const running = await startYardstick(plane, program);
  try {
    return await creationRound(plane, running, { ...options, children });
  } finally {
    await running.stop();
  }
}

interface CreationOptions extends ScaleOptions {
  readonly children: number;
  /** Called just before the clusters are created. */
  readonly begin?: () => Promise<void>;
}

/** A first cluster warms the program and the API server; the others are measured. */
async function creationRound(plane: ScalePlane, program: MeasuredProgram, options: CreationOptions): Promise<Round> {
  const { clusters, children, begin } = options;
  await createNamespaces(plane.client, clusters + 1);
  await measureCreation(plane, [clusters], children);
  const oneCluster = await memoryOf(program.process);
  const apiServer = plane.controlPlane.apiServer();
  const before = [await cpuSecondsOf(program.process), await cpuSecondsOf(apiServer)] as const;
  await begin?.();
  const creation = await measureCreation(plane, numbersBelow(clusters), children);
  return {
    ...creation,
    oneCluster,
    memory: await memoryOf(program.process),
    cpu: (await cpuSecondsOf(program.process)) - before[0],
    apiServerCpu: (await cpuSecondsOf(apiServer)) - before[1],
  };
}

/** Source: https://nodejs.org/api/perf_hooks.html#perf_hooksmonitoreventloopdelayoptions */
async function lagOf(operator: OperatorProgram): Promise<Lag> {
  const metrics = await operator.metrics();
  const seconds = (name: string): number => metrics.get(`nodejs_eventloop_lag_${name}_seconds`) ?? Number.NaN;
  return { p50: seconds("p50"), p99: seconds("p99"), max: seconds("max") };
}

/** The controllers that make pods of what the operator made. */
const POD_MAKERS = ["deployment-controller", "replicaset-controller", "statefulset-controller", "job-controller"];

async function measureSteady(plane: ScalePlane, first: OperatorProgram, { clusters, edits, pods }: ScaleOptions): Promise<Steady> {
  const count = clusters + 1; // with the one that warmed
  let running = first;
  try {
    const withPods = pods ? await step("pods are made", () => makePods(plane, running, count)) : undefined;
    const resync = await step("resync", () => measureResync(plane, running, count));
    const latencies = await step("edits", () => measureEdits(plane, count, edits));
    await awaitQuiet(plane);
    const { operator, ...restart } = await step("restart", () => measureRestart(plane, running, count));
    running = operator;
    const restarted = await memoryOf(running.process);
    return { ...(withPods === undefined ? {} : { withPods }), resync, restart, restarted, edits: latencies };
  } finally {
    await running.stop();
  }
}

async function makePods(plane: ScalePlane, operator: OperatorProgram, clusters: number): Promise<NonNullable<Steady["withPods"]>> {
  plane.controlPlane.startControllers(POD_MAKERS);
  await podsAreMade(plane, clusters);
  await awaitQuiet(plane);
  return { pods: await podsOf(plane), memory: await memoryOf(operator.process) };
}

/** Each cluster has one at least, and there have been no more for a while. */
async function podsAreMade(plane: ScalePlane, clusters: number): Promise<void> {
  let before = -1;
  await waitFor(
    "pods of every cluster",
    async () => {
      const pods = await podsOf(plane);
      const isWhole = pods >= clusters && pods === before;
      before = pods;
      if (!isWhole) throw new Error(`there are ${pods}`);
    },
    { timeoutMs: 1_800_000, intervalMs: 5_000 },
  );
}

async function podsOf({ client }: ScalePlane): Promise<number> {
  const { body } = await client.raw({ method: "GET", path: "/api/v1/pods?limit=1" });
  const { items, metadata } = JSON.parse(body) as {
    readonly items: readonly unknown[];
    readonly metadata: { readonly remainingItemCount?: number };
  };
  return items.length + (metadata.remainingItemCount ?? 0);
}
