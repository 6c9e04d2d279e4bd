/** The operator's command line: the only reader of arguments and environment, and the only place that exits. */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { renderManifest } from "./commands/render.ts";
import { type RunOptions, run } from "./commands/run.ts";
import type { Address } from "./runtime/http-server.ts";

/** The version of the operator; the release workflow replaces it in the bundle. */
export const OPERATOR_VERSION: string = process.env["TRINO_OPERATOR_VERSION"] ?? "0.1.0";

interface RunFlags {
  readonly watchNamespace: string;
  readonly leaderElect: boolean;
  readonly leaseName: string;
  readonly healthProbeBindAddress: Address;
  readonly metricsBindAddress: Address;
  readonly logLevel: RunOptions["logLevel"];
  readonly logFormat: RunOptions["logFormat"];
}

const program = new Command("trino-operator").description("Runs Trino clusters on Kubernetes").version(OPERATOR_VERSION);

program
  .command("run")
  .description("run the operator against the cluster of the pod, or of KUBECONFIG outside")
  .addOption(
    new Option("--watch-namespace <names>", "namespaces to watch, separated by commas; empty for all").default("").env("WATCH_NAMESPACE"),
  )
  .option("--leader-elect", "take the lease before working, so that only one replica works", false)
  .option("--lease-name <name>", "name of the Lease, in the operator's namespace", "trino-operator.trino-operator.io")
  .option("--health-probe-bind-address <address>", "where /healthz and /readyz are served", parseAddress, { host: "0.0.0.0", port: 8081 })
  .option("--metrics-bind-address <address>", "where /metrics is served", parseAddress, { host: "0.0.0.0", port: 8080 })
  .addOption(new Option("--log-level <level>").choices(["debug", "info", "warn", "error"]).default("info"))
  .addOption(new Option("--log-format <format>").choices(["json", "text"]).default("json"))
  .action(runCommand);

program
  .command("render <file>")
  .description("print everything that a TrinoCluster manifest becomes, without a cluster; - reads standard input")
  .option("--explain", "print each property with the feature or field that set it", false)
  .action(renderCommand);

async function runCommand(flags: RunFlags): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());
  const result = await run(
    {
      environment: process.env,
      namespaces: flags.watchNamespace.split(",").filter((name) => name !== ""),
      leaderElect: flags.leaderElect,
      leaseName: flags.leaseName,
      probes: flags.healthProbeBindAddress,
      metrics: flags.metricsBindAddress,
      logLevel: flags.logLevel,
      logFormat: flags.logFormat,
      hostname: hostname(),
    },
    stop.signal,
  );
  process.exit(result.kind === "stopped" ? 0 : 1);
}

async function renderCommand(file: string, { explain }: { explain: boolean }): Promise<void> {
  const text = await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  process.stdout.write(renderManifest(text, { explain }));
}

/** `:8081` or `127.0.0.1:8081`, as Go programs take it. */
function parseAddress(text: string): Address {
  const match = /^(?<host>[^:]*):(?<port>\d{1,5})$/.exec(text);
  if (!match?.groups) throw new InvalidArgumentError("must be HOST:PORT or :PORT");
  return { host: match.groups["host"] || "0.0.0.0", port: Number(match.groups["port"]) };
}

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
