/** A choice of points, run against one control plane, and told line by line. */
import { choose } from "./choose.ts";
import type { Scenario } from "./scenarios.ts";
import { judgePoint, type Point, pointsOf, type Reference, referenceOf, sideBySide, type Verdict } from "./sweep.ts";
import type { Sweep } from "./sweeps.ts";
import type { World } from "./world.ts";
import { writeTrace } from "./write-trace.ts";

/** What to run. */
export interface Campaign {
  readonly sweeps: readonly Sweep[];
  readonly scenarios: readonly Scenario[];
  /** Only points whose name holds this text; empty for all. */
  readonly only: string;
  /** So many of them of each sweep, chosen by the seed; 0 for all. */
  readonly sample: number;
  readonly seed: number;
  /** So many at a time. */
  readonly lanes: number;
  /** Whether they are only told, with what differs by itself. */
  readonly list?: boolean;
  /** Whether what fails leaves its requests and its log in a file of this directory; empty for none. */
  readonly traces?: string;
  readonly say: (line: string) => void;
}

/** What came of it. */
export interface CampaignResult {
  /** Whether every point was as it should be, and every run without faults too. */
  readonly good: boolean;
  readonly problems: readonly string[];
  /** How many points of each sweep came to the end of a run without faults. */
  readonly converged: ReadonlyMap<Sweep, number>;
}

/** Runs it. */
export async function runCampaign(world: World, campaign: Campaign): Promise<CampaignResult> {
  const { sweeps, scenarios, say, lanes, seed, sample, list } = campaign;
  const { references, lost } = await referencesOf(world, campaign);
  const known = ({ scenario }: Pick<Point, "scenario">): Reference => references.get(scenario.name) as Reference;
  const ofSweep = (sweep: Sweep) =>
    scenarios.filter(({ name }) => references.has(name)).flatMap((scenario) => pointsOf(sweep, scenario, known({ scenario })));
  const matching = sweeps.map((sweep) => ofSweep(sweep).filter((point) => nameOf(point).includes(campaign.only)));
  if (campaign.only !== "" && matching.flat().length === 0) throw new Error(`no point's name holds "${campaign.only}"; --list tells them`);
  const points = matching.flatMap((own) => choose(own, sample, seed));
  say(`${points.length} of ${matching.flat().length} points, seed ${seed}`);
  if (list) for (const point of points) say(nameOf(point));
  const verdicts = await sideBySide(list ? [] : points, lanes, async (point) => {
    const verdict = await judgePoint(world, point, known(point)).catch((error: unknown) => broken(point, error));
    for (const line of linesOf(verdict)) say(line);
    if (campaign.traces && isBad(verdict)) say(`    its trace: ${await writeTrace(campaign.traces, nameOf(point), verdict.trace)}`);
    return verdict;
  });
  for (const line of summaryOf(verdicts, campaign)) say(line);
  const problems = [
    ...lost,
    ...[...references].flatMap(([name, reference]) => reference.problems.map((problem) => `${name} without a fault: ${problem}`)),
    ...verdicts.filter(isBad).map((verdict) => linesOf(verdict).join("\n")),
  ];
  const converged = new Map(sweeps.map((sweep) => [sweep, verdicts.filter((v) => v.point.sweep === sweep && !isBad(v)).length]));
  return { good: problems.length === 0, problems, converged };
}

/** What `--only` looks at. */
function nameOf({ sweep, scenario, disturbance }: Point): string {
  return `${sweep} ${scenario.name}: ${disturbance.name}`;
}

interface References {
  readonly references: ReadonlyMap<string, Reference>;
  /** Why there is none of a scenario, whose points are then not run. */
  readonly lost: readonly string[];
}

async function referencesOf(world: World, { scenarios, lanes, list, say }: Campaign): Promise<References> {
  const lost: string[] = [];
  const pairs = await sideBySide(scenarios, lanes, async (scenario): Promise<readonly [string, Reference][]> => {
    const reference = await referenceOf(world, scenario).catch((error: unknown) => {
      lost.push(`${scenario.name} without a fault: ${String(error)}`);
      say(`reference ${lost.at(-1)}`);
    });
    if (!reference) return [];
    const writes = [...reference.tally.writes.values()].reduce((sum, times) => sum + times, 0);
    say(`reference ${scenario.name}: ${writes} writes, ${reference.log.length} requests, ${reference.noise.size} lines differ`);
    for (const problem of reference.problems) say(`    ${problem}`);
    if (list) for (const line of reference.noise) say(`    differs by itself: ${line}`);
    return [[scenario.name, reference]];
  });
  return { references: new Map(pairs.flat()), lost };
}

function broken(point: Point, error: unknown): Verdict {
  const problem = `the point itself failed: ${error instanceof Error ? error.stack : String(error)}`;
  return { point, problems: [problem], hit: true, seconds: 0 };
}

function isBad({ problems }: Verdict): boolean {
  return problems.length > 0;
}

function linesOf(verdict: Verdict): readonly string[] {
  const how = isBad(verdict) ? "FAILED" : verdict.hit ? "ok    " : "no hit";
  return [
    `${how} ${verdict.seconds.toFixed(1).padStart(5)} s  ${nameOf(verdict.point)}`,
    ...verdict.problems.map((problem) => `    ${problem}`),
  ];
}

function summaryOf(verdicts: readonly Verdict[], { sweeps, scenarios }: Campaign): readonly string[] {
  const rows = sweeps.flatMap((sweep) =>
    scenarios.map(({ name }) => {
      const own = verdicts.filter(({ point }) => point.sweep === sweep && point.scenario.name === name);
      return own.length === 0 ? "" : `${sweep.padEnd(10)} ${name.padEnd(10)} ${counts(own)}`;
    }),
  );
  return [...rows.filter((row) => row !== ""), `faults: ${counts(verdicts)}`];
}

function counts(verdicts: readonly Verdict[]): string {
  const failed = verdicts.filter(isBad).length;
  const missed = verdicts.filter((verdict) => !verdict.hit && !isBad(verdict)).length;
  const seconds = verdicts.reduce((sum, verdict) => sum + verdict.seconds, 0) / Math.max(1, verdicts.length);
  return `${verdicts.length} points, ${verdicts.length - failed - missed} converged, ${failed} failed, ${missed} struck nothing; ${seconds.toFixed(1)} s each`;
}
