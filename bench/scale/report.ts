/** What many clusters cost, as lines of the benchmark's table. */
import { cpus, loadavg } from "node:os";
import { type Measurement, medianOf } from "../table.ts";
import { measureScale, type Round, type Scale, type ScaleOptions } from "./scale.ts";
import { percentile } from "./steady.ts";

/** What `bench scale` measures. SCALE and SCALE_ROUNDS in the environment make it smaller, to try something. */
export const SHORT_FORM: ScaleOptions = {
  clusters: Number(process.env["SCALE"] ?? 1000),
  rounds: Number(process.env["SCALE_ROUNDS"] ?? 1),
  edits: 200,
  pods: false,
};
/** What `bench scale --long` measures. */
export const LONG_FORM: ScaleOptions = { clusters: 5000, rounds: 1, edits: 500, pods: false };

const LARGEST_RATIO = 1.2;
/** Beyond one for each child: finalizer and internal secret, and two statuses. */
const WRITES_BESIDE_CHILDREN = 4;
const LARGEST_ONE_CLUSTER_MB = 100;
const LONGEST_SYNC_S = 5;
const LONGEST_EDIT_MS = 100;
/** What holds for a number of clusters alone. */
const LIMITS: Readonly<Record<number, { readonly megabytes: number; readonly seconds?: number }>> = {
  1000: { megabytes: 150, seconds: 60 },
  5000: { megabytes: 300 },
};

/** Measures, and judges by the targets for that many clusters. */
export async function scaleCosts(options: ScaleOptions): Promise<readonly Measurement[]> {
  const load = (): string =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(" ");
  const before = load();
  const scale = await measureScale(options);
  return [
    {
      what: "clusters",
      value: options.clusters,
      unit: "",
      note: `${cpus().length} cores, load ${before} at the start, ${load()} at the end`,
    },
    ...creation(scale, LIMITS[options.clusters]?.seconds),
    ...memory(scale, LIMITS[options.clusters]?.megabytes),
    ...steady(scale),
  ];
}

function creation({ operator, yardstick, children }: Scale, longest: number | undefined): readonly Measurement[] {
  const seconds = (rounds: readonly Round[]): number => medianOf(rounds.map((round) => round.seconds));
  const note = (rounds: readonly Round[]): string => `rounds: ${rounds.map((round) => round.seconds.toFixed(1)).join(", ")}`;
  const cpu = (rounds: readonly Round[], field: "cpu" | "apiServerCpu"): number => medianOf(rounds.map((round) => round[field]));
  const last = operator.at(-1);
  return [
    { what: "all created, operator", value: seconds(operator), unit: "s", ...limit(longest), note: note(operator) },
    { what: "all created, yardstick", value: seconds(yardstick), unit: "s", note: note(yardstick) },
    { what: "ratio of that", value: seconds(operator) / seconds(yardstick), unit: "×", target: LARGEST_RATIO },
    {
      what: "processor time meanwhile, operator",
      value: cpu(operator, "cpu"),
      unit: "s",
      note: `API server ${cpu(operator, "apiServerCpu").toFixed(1)} s`,
    },
    {
      what: "processor time meanwhile, yardstick",
      value: cpu(yardstick, "cpu"),
      unit: "s",
      note: `API server ${cpu(yardstick, "apiServerCpu").toFixed(1)} s`,
    },
    {
      what: "children of a cluster",
      value: last?.children ?? Number.NaN,
      unit: "",
      note: `${children} of them are made by the yardstick, too`,
    },
    {
      what: "writes for a cluster",
      value: last?.writes ?? Number.NaN,
      unit: "",
      target: (last?.children ?? 0) + WRITES_BESIDE_CHILDREN,
      note: last?.byResource ?? "",
    },
    { what: "reads for a cluster", value: last?.reads ?? Number.NaN, unit: "", note: last?.byVerb ?? "" },
    {
      what: "event loop's lag meanwhile, p50",
      value: (last?.lag?.p50 ?? Number.NaN) * 1000,
      unit: "ms",
      note: "10 ms of it are the probe's own",
    },
    {
      what: "event loop's lag meanwhile, p99",
      value: (last?.lag?.p99 ?? Number.NaN) * 1000,
      unit: "ms",
      note: `max ${((last?.lag?.max ?? Number.NaN) * 1000).toFixed(0)} ms`,
    },
  ];
}

function memory({ operator, yardstick, steady }: Scale, largest: number | undefined): readonly Measurement[] {
  const [ours, theirs] = [operator.at(-1), yardstick.at(-1)];
  const target = limit(largest);
  const yardsticks = (what: "oneCluster" | "memory"): string => `yardstick ${theirs?.[what].resident.toFixed(1)} MB`;
  const anonymous = ({ anonymous: value }: { readonly anonymous: number }): string => `${value.toFixed(1)} MB of it of no file`;
  const withPods = steady.withPods === undefined ? [] : [steady.withPods];
  return [
    {
      what: "resident memory, one cluster",
      value: ours?.oneCluster.resident ?? Number.NaN,
      unit: "MB",
      target: LARGEST_ONE_CLUSTER_MB,
      note: yardsticks("oneCluster"),
    },
    { what: "resident memory, all created", value: ours?.memory.resident ?? Number.NaN, unit: "MB", ...target, note: yardsticks("memory") },
    ...withPods.map(({ pods, memory: { resident, anonymous: own } }) => ({
      what: `resident memory, and ${pods} pods`,
      value: resident,
      unit: "MB",
      ...target,
      note: anonymous({ anonymous: own }),
    })),
    {
      what: "resident memory, after a restart",
      value: steady.restarted.resident,
      unit: "MB",
      ...target,
      note: anonymous(steady.restarted),
    },
  ];
}

function steady({ steady: { resync, restart, edits } }: Scale): readonly Measurement[] {
  const edit = (part: number, target?: number): Measurement => ({
    what: `edit → first write, p${part * 100}`,
    value: percentile(edits, part),
    unit: "ms",
    ...limit(target),
  });
  return [
    { what: "writes in a resync of all", value: resync.writes, unit: "", target: 0, note: resync.details },
    { what: "reads in it", value: resync.reads, unit: "", target: 0, note: `${resync.seconds.toFixed(1)} s` },
    { what: "writes after a restart", value: restart.writes, unit: "", target: 0, note: restart.details },
    { what: "reads after it", value: restart.reads, unit: "" },
    { what: "start → caches synced", value: restart.synced, unit: "s", target: LONGEST_SYNC_S },
    { what: "start → all reconciled", value: restart.seconds, unit: "s" },
    edit(0.5),
    edit(0.99, LONGEST_EDIT_MS),
  ];
}

function limit(target: number | undefined): { readonly target?: number } {
  return target === undefined ? {} : { target };
}
