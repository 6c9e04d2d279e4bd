/**
 * `npm run bench [ready|idle|lifecycle|scale]`: what the operator costs beside a plain `kubectl apply` of the same, on the local
 * cluster or that of KUBECONFIG, what its operations cost clients, and what many clusters cost on a control plane of its own.
 * Ratios come from rounds made in turns in the same run; single times mean little on a busy machine.
 */

import { parseArgs } from "node:util";
import { prepareEnvironment } from "../hack/test-environment.ts";
import { step } from "../local-cluster/progress.ts";
import { isLocalCluster } from "../test/e2e/harness/target.ts";
import { lifecycleCosts } from "./lifecycle.ts";
import { LONG_FORM, SHORT_FORM, scaleCosts } from "./scale/report.ts";
import { operatorMemory, resyncCost } from "./steady-state.ts";
import { allMet, type Measurement, medianOf, tableOf } from "./table.ts";
import { type Round, timeToReady } from "./time-to-ready.ts";

const ROUNDS = 3;
const RESYNCS = 50;
const LARGEST_RATIO = 1.1;
const LARGEST_MEMORY_MIB = 100;

const OFF = { type: "boolean", default: false } as const;
const { values: flags, positionals } = parseArgs({ options: { long: OFF, pods: OFF }, allowPositionals: true });
const PARTS: Readonly<Record<string, () => Promise<readonly Measurement[]>>> = {
  ready: measureReady,
  idle: measureIdle,
  lifecycle: measureLifecycle,
  scale: () => scaleCosts({ ...(flags.long ? LONG_FORM : SHORT_FORM), pods: flags.pods }),
};
/** Those that need no cluster. */
const ALONE: ReadonlySet<string> = new Set(["scale"]);

const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unused = Object.entries(flags).filter(([, isSet]) => isSet && !wanted.includes("scale"));
if (unused.length > 0) throw new Error(`${unused.map(([name]) => `--${name}`).join(" and ")} is for the part scale`);
if (wanted.some((name) => !ALONE.has(name))) await prepareEnvironment();
const measurements: Measurement[] = [];
for (const name of wanted) {
  const part = PARTS[name];
  if (!part) throw new Error(`there is no benchmark ${name}; there are: ${Object.keys(PARTS).join(", ")}`);
  measurements.push(...(await step(`benchmark ${name}`, part)));
}
process.stdout.write(`\n${tableOf(measurements)}\n`);
process.exitCode = allMet(measurements) ? 0 : 1;

async function measureReady(): Promise<readonly Measurement[]> {
  const { operator, plain } = await timeToReady(ROUNDS);
  const note = `median of ${ROUNDS} rounds each`;
  const median = (rounds: readonly Round[], field: keyof Round): number => medianOf(rounds.flatMap((round) => round[field] ?? []));
  const both = (what: string, field: keyof Round): readonly Measurement[] => [
    { what: `apply → ${what}, operator`, value: median(operator, field), unit: "s", note },
    { what: `apply → ${what}, plain manifests`, value: median(plain, field), unit: "s", note },
  ];
  const ratio = (field: keyof Round): number => median(operator, field) / median(plain, field);
  return [
    ...(isLocalCluster()
      ? [...both("last child written", "lastChild"), { what: "ratio of that", value: ratio("lastChild"), unit: "×" }]
      : []),
    ...both("a query sees all workers", "serving"),
    { what: "ratio of that", value: ratio("serving"), unit: "×", target: LARGEST_RATIO },
    { what: "apply → Ready, operator", value: median(operator, "ready"), unit: "s", note },
    { what: "Ready against plain manifests that serve", value: ratio("ready"), unit: "×", target: LARGEST_RATIO },
  ];
}

async function measureIdle(): Promise<readonly Measurement[]> {
  if (!isLocalCluster())
    return [{ what: "operator's resident memory", value: await operatorMemory(), unit: "MiB", target: LARGEST_MEMORY_MIB }];
  const { reconciles, reads, writes, details } = await resyncCost(RESYNCS);
  return [
    { what: "forced reconciles that were counted", value: reconciles, unit: "", note: `at least ${RESYNCS}` },
    { what: "writes in them", value: writes, unit: "", target: 0, note: details },
    { what: "reads in them", value: reads, unit: "", target: 0 },
    { what: "operator's resident memory, one cluster", value: await operatorMemory(), unit: "MiB", target: LARGEST_MEMORY_MIB },
  ];
}

/** Clients reach the Service's own address, which only the local cluster's machine does. */
async function measureLifecycle(): Promise<readonly Measurement[]> {
  if (isLocalCluster()) return lifecycleCosts();
  process.stderr.write("    left out: the Services of this cluster cannot be reached from here\n");
  return [];
}
