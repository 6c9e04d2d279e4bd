/** What many clusters cost when nothing is to do: a forced resync, a restart of the operator, and one edit among them. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../../local-cluster/wait.ts";
import { OPERATOR_USER } from "../../test/control-plane/operator-process.ts";
import { type Audit, isRead, isWrite, openAudit, type Request, summaryOf } from "./audit.ts";
import { editCluster, nameOf, numbersBelow, touchClusters } from "./clusters.ts";
import { type OperatorProgram, startOperator } from "./operator-process.ts";
import type { ScalePlane } from "./plane.ts";

/** The operator's requests while everything was reconciled. */
export interface Quiet {
  readonly reads: number;
  readonly writes: number;
  readonly seconds: number;
  readonly details: string;
}

const RECONCILES = 'controller_runtime_reconcile_total{controller="trinocluster",result="requeue_after"}';
/** Of a thousand clusters /metrics is a megabyte, which costs the operator more than some reconciles. */
const LIMITS = { timeoutMs: 900_000, intervalMs: 1_000 };
/** A write that follows a reconcile is there soon. */
const AFTERWARDS_MS = 1_500;

/** Touches all clusters, and counts what the operator asks of the API server until it has reconciled them. */
export async function measureResync(plane: ScalePlane, operator: OperatorProgram, count: number): Promise<Quiet> {
  const { done } = await stateOf(operator);
  return counted(plane, async () => {
    await touchClusters(plane.client, numbersBelow(count), String(Date.now()));
    await reconciled(operator, done + count);
  });
}

/** Starts the operator anew; returns it with what that cost. The one that ran is stopped. */
export async function measureRestart(
  plane: ScalePlane,
  operator: OperatorProgram,
  count: number,
): Promise<Quiet & { readonly operator: OperatorProgram; readonly synced: number }> {
  await operator.stop();
  let next: OperatorProgram | undefined;
  const cost = await counted(plane, async () => {
    next = await startOperator(plane);
    await reconciled(next, count);
  });
  if (next === undefined) throw new Error("the operator was not started");
  return { ...cost, operator: next, synced: await syncedAfter(next) };
}

/** Seconds from the start of the process until its caches held everything, by its own log. */
async function syncedAfter({ process, startedAt }: OperatorProgram): Promise<number> {
  const lines = (await readFile(process.log, "utf8")).split("\n").filter((line) => line.includes('"caches synced"'));
  const { time } = JSON.parse(lines[0] ?? "{}") as { readonly time?: string };
  return (Date.parse(time ?? "") - startedAt) / 1000;
}

async function counted(plane: ScalePlane, run: () => Promise<void>): Promise<Quiet> {
  const audit = await openAudit(plane.controlPlane.auditLog);
  try {
    const start = Date.now();
    await run();
    const seconds = (Date.now() - start) / 1000;
    await sleep(AFTERWARDS_MS);
    const requests = (await audit.read()).filter(({ user }) => user === OPERATOR_USER);
    const [reads, writes] = [requests.filter(isRead), requests.filter(isWrite)];
    const details = summaryOf([...reads, ...writes], ({ verb, resource }) => `${verb} ${resource}`);
    return { reads: reads.length, writes: writes.length, seconds, details };
  } finally {
    await audit.close();
  }
}

/** Clusters that are not Ready are looked at again by themselves, so that the number alone does not say that all had their turn. */
async function reconciled(operator: OperatorProgram, count: number): Promise<void> {
  await waitFor(
    `${count} reconciles`,
    async () => {
      const { done, open } = await stateOf(operator);
      if (done < count || open > 0) throw new Error(`${done} are done, ${open} wait`);
    },
    LIMITS,
  );
}

async function stateOf(operator: OperatorProgram): Promise<{ readonly done: number; readonly open: number }> {
  const metrics = await operator.metrics();
  const labels = '{name="trinocluster",controller="trinocluster"}';
  return { done: metrics.get(RECONCILES) ?? 0, open: metrics.get(`workqueue_depth${labels}`) ?? 0 };
}

/** Milliseconds from the answer to an edit until the operator's first write for that cluster has come in, once for each edit. */
export async function measureEdits(plane: ScalePlane, count: number, edits: number): Promise<readonly number[]> {
  const audit = await openAudit(plane.controlPlane.auditLog);
  try {
    const latencies: number[] = [];
    for (let edit = 0; edit < edits; edit++) {
      // A number that has no factor in common with round ones visits all namespaces.
      const index = (edit * 37) % count;
      await audit.read();
      await editCluster(plane.client, index, String(edit));
      latencies.push(await latencyOf(audit, nameOf(index)));
    }
    return latencies.sort((a, b) => a - b);
  } finally {
    await audit.close();
  }
}

async function latencyOf(audit: Audit, { namespace, name }: { readonly namespace: string; readonly name: string }): Promise<number> {
  const requests: Request[] = [];
  return waitFor(
    `a write for ${namespace}/${name}`,
    async () => {
      requests.push(
        ...(await audit.read()).filter((request) => request.namespace === namespace && request.name === name && isWrite(request)),
      );
      const edited = requests.find(({ user }) => user !== OPERATOR_USER);
      const answered = requests.find(({ user }) => user === OPERATOR_USER);
      if (!edited || !answered) throw new Error("it is not in the audit log yet");
      return answered.from - edited.to;
    },
    { timeoutMs: 30_000, intervalMs: 20 },
  );
}

/** The value below which this part of sorted values lies. */
export function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
