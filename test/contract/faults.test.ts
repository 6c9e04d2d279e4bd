/**
 * Points of each of the fault sweeps for one operation: `npm run faults` runs them all. The short form has always the same, so that
 * a red run tells of the change under test; the long form draws them by a new seed. FAULTS_SEED decides in both. What fails names its
 * point, which `npm run faults -- SWEEP OPERATION --only "…"` repeats.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCampaign } from "../faults/campaign.ts";
import { choose } from "../faults/choose.ts";
import { SCENARIOS } from "../faults/scenarios.ts";
import { SWEEPS } from "../faults/sweeps.ts";
import { World } from "../faults/world.ts";
import { LONG } from "../long.ts";
import { seedFrom } from "../seed.ts";

const SEED = seedFrom("FAULTS_SEED");
/** Points of each sweep. */
const OF_EACH = 1;

/** Of operations in which every sweep has points; those that take most of a minute are for the long form. */
const SLOW: readonly string[] = ["configure", "upgrade", "recreate"];
const [scenario] = choose(
  SCENARIOS.filter(({ name, before, end }) => before !== undefined && end !== "gone" && (LONG || !SLOW.includes(name))),
  1,
  SEED,
);
if (!scenario) throw new Error("there is no scenario");

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

it(`comes to the same end of "${scenario.name}" with a fault of each sweep, drawn by FAULTS_SEED=${SEED}`, async () => {
  const { problems, converged } = await runCampaign(world, {
    sweeps: SWEEPS,
    scenarios: [scenario],
    only: "",
    sample: OF_EACH,
    seed: SEED,
    lanes: SWEEPS.length * OF_EACH,
    say: (line) => console.log(line),
  });
  expect(problems).toEqual([]);
  expect([...converged]).toEqual(SWEEPS.map((sweep) => [sweep, OF_EACH]));
});
