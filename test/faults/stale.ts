/** The stale sweep: an operator that starts against a server which is behind. */
import { UNAVAILABLE } from "./oracles.ts";
import type { Entry } from "./proxy.ts";
import { isWrite } from "./request-info.ts";
import type { Disturbance } from "./run-point.ts";
import type { Scenario } from "./scenarios.ts";
import { pause, seesAnew, until } from "./wait.ts";
import type { Place, World } from "./world.ts";

/**
 * The operator starts anew against collections as they were at an earlier time, while more has happened since; it works on that
 * for a while, and then sees the present. Either they stand still before the scenario acts, and it is restarted at each tenth of
 * the run's writes; or they stand still at each fifth, and it is restarted near the end. What it writes, is written in truth.
 */
export function stale(scenario: Scenario, log: readonly Entry[]): readonly Disturbance[] {
  if (scenario.before === undefined) return [];
  const writes = log.filter(isWrite).length;
  const at = (part: number): number => Math.ceil(writes * part);
  const late = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((part) => [0, at(part)] as const);
  const midst = [0.2, 0.4, 0.6, 0.8].map((part) => [at(part), at(0.95)] as const);
  const names = new Map([...late, ...midst].filter(isBehind).map((moments) => [moments.join(), moments]));
  return [...names.values()].map(([seen, restarted]) => ({
    name: `restart after write ${restarted} against a server that stands still at write ${seen}`,
    struck: true,
    allowance: 3,
    remembers: true,
    alarms: [UNAVAILABLE], // the cache of pods may be the last that sees the present
    replaces: true,
    disturb: (place, world) => restartBehind({ place, world, scenario, seen, restarted }),
  }));
}

const FROZEN_MS = 6_000;

/** Without a write between, there is what a person did. */
function isBehind([seen, restarted]: readonly [number, number]): boolean {
  return seen < restarted || seen === 0;
}

interface Moments {
  readonly place: Place;
  readonly world: World;
  readonly scenario: Scenario;
  readonly seen: number;
  readonly restarted: number;
}

async function restartBehind({ place, world, scenario, seen, restarted }: Moments): Promise<void> {
  const { proxy, operator, namespace } = place;
  const start = performance.now();
  const written = (count: number) => until(() => proxy.writes(start).length >= count, 30_000);
  let version = await presentVersion(world, namespace);
  const acting = scenario.act(world.client, namespace);
  if (seen > 0) {
    await written(seen);
    version = await presentVersion(world, namespace);
  }
  await acting;
  await written(restarted);
  await operator.end();
  proxy.frozenAt = version;
  operator.start();
  await until(() => operator.startedAt < Number.POSITIVE_INFINITY, 30_000);
  await pause(FROZEN_MS);
  proxy.frozenAt = "";
  await seesAnew(place, () => proxy.watches.cut());
}

/** The resource version of the present: that of any list. */
async function presentVersion({ client }: World, namespace: string): Promise<string> {
  const { body } = await client.raw({ method: "GET", path: `/api/v1/namespaces/${namespace}/configmaps?limit=1` });
  return (JSON.parse(body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}
