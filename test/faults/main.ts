/**
 * `npm run faults`: the operator's process against an API server of its own, with a fault at every point.
 * `npm run faults -- crash scale` runs the crash sweep over the scenarios whose name begins with `scale`; `--sample N --seed S`
 * runs N points of each sweep, chosen by the seed; `--only TEXT` those whose name holds the text; `--lanes N` so many at a
 * time; `--list` tells them, and what differs between two runs without a fault; `--traces DIRECTORY` keeps what a point did that failed.
 */
import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.ts";
import { SCENARIOS } from "./scenarios.ts";
import { SWEEPS } from "./sweeps.ts";
import { World } from "./world.ts";

const { values, positionals } = parseArgs({
  options: {
    sample: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    lanes: { type: "string", default: "4" },
    list: { type: "boolean", default: false },
    traces: { type: "string", default: "" },
  },
  allowPositionals: true,
});
const isSweep = (word: string): boolean => SWEEPS.some((sweep) => sweep === word);
const words = positionals.filter((word) => !isSweep(word));
const unknown = words.filter((word) => !SCENARIOS.some(({ name }) => name.startsWith(word)));
if (unknown.length > 0) {
  const known = [...SWEEPS, ...SCENARIOS.map(({ name }) => name)].join(", ");
  throw new Error(`there is no sweep and no scenario ${unknown.join(", ")}; there are: ${known}`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1)); // whatever was started ends with it

const world = await World.start();
try {
  const { good } = await runCampaign(world, {
    sweeps: SWEEPS.filter((sweep) => positionals.includes(sweep) || !positionals.some(isSweep)),
    scenarios: SCENARIOS.filter(({ name }) => words.length === 0 || words.some((word) => name.startsWith(word))),
    only: values.only,
    sample: Number(values.sample),
    seed: Number(values.seed),
    lanes: Number(values.lanes),
    list: values.list,
    traces: values.traces,
    say: (line) => process.stdout.write(`${line}\n`),
  });
  process.exitCode = good ? 0 : 1;
} finally {
  await world.stop();
}
