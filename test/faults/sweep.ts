/** Runs points side by side and judges each against runs without faults. */
import type { Lines } from "../snapshot/lines.ts";
import { differences, noiseOf } from "./dump.ts";
import { deviations, faultsOf, type Tally, type Trace, tallyOf } from "./oracles.ts";
import type { Entry } from "./proxy.ts";
import { type Disturbance, type Run, runPoint } from "./run-point.ts";
import type { Scenario } from "./scenarios.ts";
import { disturbances, type Sweep } from "./sweeps.ts";
import type { World } from "./world.ts";

/** A scenario with one fault. */
export interface Point {
  readonly sweep: Sweep;
  readonly scenario: Scenario;
  readonly disturbance: Disturbance;
}

/** What came of a point. */
export interface Verdict {
  readonly point: Point;
  readonly problems: readonly string[];
  /** False when the fault found nothing to strike: the run was another one. */
  readonly hit: boolean;
  readonly seconds: number;
  /** Undefined when the point itself failed. */
  readonly trace?: Trace;
}

/** What a scenario does when nothing disturbs it. */
export interface Reference {
  readonly dump: Lines;
  readonly noise: ReadonlySet<string>;
  readonly tally: Tally;
  readonly log: readonly Entry[];
  readonly problems: readonly string[];
}

const NOTHING: Disturbance = { name: "nothing", struck: false, allowance: 0 };

/** Two runs without faults; in what they differ, no other run is judged. */
export async function referenceOf(world: World, scenario: Scenario): Promise<Reference> {
  const runs = await Promise.all([runPoint(world, scenario, NOTHING), runPoint(world, scenario, NOTHING)]);
  const [one, other] = runs;
  const tallies = runs.map(({ trace }) => tallyOf(trace));
  return {
    dump: one.dump,
    noise: noiseOf(one.dump, other.dump),
    tally: { ...(tallies[0] as Tally), writes: mostOf(tallies.map(({ writes }) => writes)) },
    log: one.trace.log,
    problems: runs.flatMap((run) => [...(run.stuck === undefined ? [] : [run.stuck]), ...faultsOf(run.trace, false)]),
  };
}

/** All points of a sweep for a scenario. */
export function pointsOf(sweep: Sweep, scenario: Scenario, { log }: Reference): readonly Point[] {
  return disturbances(sweep, scenario, log).map((disturbance) => ({ sweep, scenario, disturbance }));
}

/** Runs one point. */
export async function judgePoint(world: World, point: Point, reference: Reference): Promise<Verdict> {
  const run = await runPoint(world, point.scenario, point.disturbance);
  return { point, problems: problemsOf(run, reference, point.disturbance), hit: run.hit, seconds: run.seconds, trace: run.trace };
}

/** What a revision consists of, when nothing uses it; and an attempt that has come to nothing, whose time counts from the pods' own. */
const REMEMBERED = /^too many: (ConfigMap|Secret|ControllerRevision) |^ControllerRevision .*\/attempt: undefined → .*"Pending"/;

function problemsOf(run: Run, reference: Reference, { struck, allowance, remembers = false, alarms = [] }: Disturbance): readonly string[] {
  if (run.stuck !== undefined) return [`stuck: ${run.stuck}`, ...faultsOf(run.trace, struck)];
  return [
    ...differences(reference.dump, run.dump, reference.noise)
      .filter((line) => !(remembers && REMEMBERED.test(line)))
      .slice(0, 12)
      .map((line) => `state: ${line}`),
    ...faultsOf(run.trace, struck),
    ...deviations(reference.tally, tallyOf(run.trace), { allowance, alarms: [...alarms, ...(struck ? ["ReconcileError"] : [])] }),
  ];
}

/** Calls `work` for all items, `lanes` at a time. */
export async function sideBySide<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results.set(index, await work(items[index] as T));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return items.map((_, index) => results.get(index) as R);
}

function mostOf(counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const [key, times] of counts.flatMap((map) => [...map])) most.set(key, Math.max(times, most.get(key) ?? 0));
  return most;
}
