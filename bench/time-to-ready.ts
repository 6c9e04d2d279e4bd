/** How long it takes from `kubectl apply` to a Trino that answers: with the operator, and with plain manifests of the same. */
import { setTimeout as sleep } from "node:timers/promises";
import type { TrinoCluster } from "../src/api/v1alpha1/types.ts";
import { type AuditedRequest, recordRequests } from "../test/e2e/harness/audit-log.ts";
import { apply, get, kubectl, startKubectl } from "../test/e2e/harness/kubectl.ts";
import { smallCluster } from "../test/e2e/harness/manifest.ts";
import { namespaceManifest, removeNamespace } from "../test/e2e/harness/namespace.ts";
import { query } from "../test/e2e/harness/statement-client.ts";
import { isLocalCluster } from "../test/e2e/harness/target.ts";
import { type TrinoAddress, trinoAddress } from "../test/e2e/harness/trino-address.ts";
import { waitFor } from "../test/e2e/harness/wait-for.ts";
import { plainManifests } from "./plain-manifests.ts";

const NAMESPACE = "e2e-bench";
const NAME = "bench";
const WORKERS = 2;
const LIMIT_MS = 600_000;
const LOOK_MS = 250;

/** Seconds since `kubectl apply` was started. */
export interface Round {
  /** The last child was made; undefined where there is no audit log to see it in. */
  readonly lastChild: number | undefined;
  /** A query was answered by the coordinator and counted all workers: the same yardstick for both. */
  readonly serving: number;
  /** The TrinoCluster was Ready; for plain manifests the same as `serving`. */
  readonly ready: number;
}

/** Rounds of both, made in turns so that a busy machine is busy for both. The first of the operator only warms the caches. */
export async function timeToReady(rounds: number): Promise<{ readonly operator: readonly Round[]; readonly plain: readonly Round[] }> {
  const manifest = smallCluster(NAME, { workers: { replicas: WORKERS } });
  const children = await warmUp(manifest);
  const results = { operator: [] as Round[], plain: [] as Round[] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (["operator", "plain"] as const) : (["plain", "operator"] as const);
    for (const which of order) results[which].push(await runRound(which === "operator" ? manifest : children, which));
  }
  return results;
}

async function warmUp(manifest: TrinoCluster): Promise<object> {
  await begin();
  await apply(manifest, NAMESPACE);
  await waitFor("the first cluster to serve", serves, { timeoutMs: LIMIT_MS, namespace: NAMESPACE });
  const children = await plainManifests(NAMESPACE, NAME);
  await end();
  return children;
}

async function runRound(manifest: object, which: "operator" | "plain"): Promise<Round> {
  await begin();
  const requestsSince = isLocalCluster() ? await recordRequests({ user: "" }) : undefined;
  const start = Date.now();
  const seconds = (at: number): number => (at - start) / 1000;
  const ready = which === "operator" ? watchReady() : undefined;
  await apply(manifest, NAMESPACE);
  const serving = seconds(
    await waitFor("all workers to serve", serves, { timeoutMs: LIMIT_MS, intervalMs: LOOK_MS, namespace: NAMESPACE }),
  );
  const round = {
    serving,
    ready: ready ? seconds(await ready) : serving,
    lastChild: requestsSince && seconds(lastMade((await requestsSince()).writes)),
  };
  process.stderr.write(
    `    ${which.padEnd(8)} last child ${round.lastChild?.toFixed(2)} s, serving ${round.serving.toFixed(1)} s, ready ${round.ready.toFixed(1)} s\n`,
  );
  await end();
  return round;
}

/** A new namespace of the same name every time, because addresses in the configuration hold it. */
async function begin(): Promise<void> {
  await end();
  await apply(namespaceManifest(NAMESPACE, true));
  await waitFor("the namespace's own ServiceAccount", () => get("serviceaccount", "default", NAMESPACE));
}

async function end(): Promise<void> {
  if ((await kubectl(["get", "namespace", NAMESPACE, "--ignore-not-found", "--output=name"])) === "") return;
  await removeNamespace(NAMESPACE);
  await kubectl(["wait", "namespace", NAMESPACE, "--for=delete", "--timeout=300s"], { timeoutMs: 310_000 });
  await sleep(1000); // the machine's last work on it
}

/** Throws until a query counts all nodes; returns when that was. */
async function serves(): Promise<number> {
  const address: TrinoAddress = await trinoAddress({ namespace: NAMESPACE, name: NAME });
  try {
    const [[nodes]] = (await query(address.url, "select count(*) from system.runtime.nodes where state = 'active'", {
      timeoutMs: 5000,
    })) as [[number]];
    if (nodes !== WORKERS + 1) throw new Error(`${nodes} nodes are active`);
    return Date.now();
  } finally {
    address.close();
  }
}

/** When the watch of the TrinoCluster first shows it Ready. */
async function watchReady(): Promise<number> {
  const template = '--output=jsonpath={.status.conditions[?(@.type=="Ready")].status}{"\\n"}';
  const watch = startKubectl(["get", "trinoclusters", `--namespace=${NAMESPACE}`, "--watch", template]);
  return new Promise<number>((resolve, reject) => {
    watch.stdout?.on("data", (chunk: Buffer) => {
      if (/^True$/m.test(chunk.toString())) resolve(Date.now());
    });
    watch.once("exit", () => reject(new Error("the watch of the TrinoCluster ended")));
    setTimeout(() => reject(new Error("the TrinoCluster did not become Ready")), LIMIT_MS).unref();
  }).finally(() => watch.kill());
}

/** Objects that a person or the operator made; what controllers of Kubernetes make of them has other users. */
const NO_CHILD: ReadonlySet<string> = new Set(["trinoclusters", "namespaces", "events", "leases"]);

function lastMade(writes: readonly AuditedRequest[]): number {
  const made = writes.filter(({ code, namespace, resource, user }) => {
    const ours = !user.startsWith("system:") || user.startsWith("system:serviceaccount:trino-operator-system:");
    return ours && code === 201 && namespace === NAMESPACE && !NO_CHILD.has(resource);
  });
  return Math.max(...made.map(({ at }) => at));
}
