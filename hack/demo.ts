/**
 * `make demo`: from nothing to rows of a lakehouse. On a machine without a Kubernetes context it makes the local cluster;
 * else it uses the current context, with the operator's image from IMG and the S3 server from S3_ENDPOINT, S3_BUCKET,
 * S3_ACCESS_KEY and S3_SECRET_KEY. It can be run again and again: every time there is one more visit in the table.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { step } from "../local-cluster/progress.ts";
import { apply } from "../test/e2e/harness/kubectl.ts";
import { query } from "../test/e2e/harness/statement-client.ts";
import { isLocalCluster, kubeconfig, s3Server } from "../test/e2e/harness/target.ts";
import { trinoAddress } from "../test/e2e/harness/trino-address.ts";
import { type ClusterName, clusterOf } from "../test/e2e/harness/trino-cluster.ts";
import { waitFor } from "../test/e2e/harness/wait-for.ts";
import { DEMO_NAMESPACE, demoManifests } from "./demo-manifests.ts";
import { prepareEnvironment } from "./test-environment.ts";

const READY_WITHIN_MS = 15 * 60_000;

const times: (readonly [string, number])[] = [];

chooseCluster();
const s3 = s3Server();
await timed("a Kubernetes cluster with the operator", prepareEnvironment);
const cluster = await timed("kubectl apply", async () => {
  const { name, manifests } = await demoManifests(s3);
  for (const manifest of manifests) await apply(manifest);
  return { namespace: DEMO_NAMESPACE, name };
});
await timed("Trino is Ready", () => awaitReady(cluster));
const { url, close } = await trinoAddress(cluster);
await timed("rows from tpch", () =>
  show(
    "select name, count(*) as orders from tpch.tiny.orders join tpch.tiny.customer using (custkey) group by name order by orders desc limit 3",
  ),
);
if (s3) await timed("rows into an Iceberg table on S3, and back", visitLakehouse);
else
  process.stdout.write(
    "No S3 server was given (S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY), so there is no lakehouse to show.\n",
  );
close();
printTimes();
printHowToGoOn(cluster);

/** The current context counts as a wish of the user, KUBECONFIG even more. */
function chooseCluster(): void {
  const usual = join(homedir(), ".kube", "config");
  if (process.env["KUBECONFIG"] || !existsSync(usual)) return;
  const { status } = spawnSync(join(import.meta.dirname, "kubectl.sh"), ["config", "current-context", `--kubeconfig=${usual}`]);
  if (status === 0) process.env["KUBECONFIG"] = usual;
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await step(what, work);
  times.push([what, (performance.now() - start) / 1000]);
  return result;
}

/** Tells what is waited for, each time that it changes. */
async function awaitReady(which: ClusterName): Promise<void> {
  let said = "";
  const check = async (): Promise<void> => {
    const { metadata, status } = await clusterOf(which);
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const message = `${ready?.reason ?? "Unseen"}: ${ready?.message ?? "the operator has not looked yet"}`;
    if (message !== said) process.stderr.write(`    ${message}\n`);
    said = message;
    if (ready?.status !== "True" || ready.observedGeneration !== metadata.generation) throw new Error(message);
  };
  await waitFor(`${which.name} to be Ready`, check, { timeoutMs: READY_WITHIN_MS, namespace: which.namespace });
}

async function visitLakehouse(): Promise<void> {
  await show("create schema if not exists lake.demo");
  await show("create table if not exists lake.demo.visits (at timestamp(6) with time zone, nation varchar)");
  await show("insert into lake.demo.visits select current_timestamp, name from tpch.tiny.nation where regionkey = 3");
  await show("select nation, count(*) as visits, max(at) as latest from lake.demo.visits group by nation order by nation");
  await show('select file_path, record_count from lake.demo."visits$files" limit 3');
}

async function show(sql: string): Promise<void> {
  process.stdout.write(`\n    trino> ${sql}\n`);
  for (const row of await query(url, sql, { user: "demo" })) process.stdout.write(`    ${row.map(String).join(" | ")}\n`);
}

function printTimes(): void {
  process.stdout.write("\n");
  for (const [what, seconds] of times) process.stdout.write(`${what.padEnd(44)} ${seconds.toFixed(1).padStart(8)} s\n`);
}

function printHowToGoOn({ namespace, name }: ClusterName): void {
  const local = isLocalCluster();
  const lines: readonly (readonly [string, string])[] = [
    ...(local ? ([[`export KUBECONFIG=${kubeconfig()}`, ""]] as const) : []),
    ...(local ? ([[`export PATH=${join(kubeconfig(), "..", "bin")}:$PATH`, ""]] as const) : []),
    [`kubectl -n ${namespace} get trino`, "how it is"],
    [`kubectl -n ${namespace} port-forward service/${name} 8080`, "then http://localhost:8080, any user name"],
    [`kubectl -n ${namespace} scale trinocluster/${name} --replicas=3`, ""],
    [`kubectl -n ${namespace} edit trinocluster/${name}`, "kubectl explain trinocluster.spec tells what there is"],
    [`kubectl -n ${namespace} delete trinocluster/${name}`, "volume and password of the metastore stay (retentionPolicy)"],
    ...(local ? ([["make cluster-down", "the whole cluster"]] as const) : []),
  ];
  const text = lines.map(([command, what]) => (what === "" ? `  ${command}` : `  ${command.padEnd(62)} # ${what}`));
  process.stdout.write(`\nGo on with:\n${text.join("\n")}\n`);
}
