/** What is promised of operations, as assertions. */
import { expect } from "vitest";
import type { LoadReport } from "../harness/load/report.ts";
import { query } from "../harness/statement-client.ts";
import { type ClusterName, podsOf } from "../harness/trino-cluster.ts";
import { serviceUrl } from "./loaded-cluster.ts";
import { measure, type Outcome } from "./measure.ts";
import type { Operation } from "./operation.ts";

/** Does an operation under load and asserts that it kept its promise. */
export async function expectPromise(cluster: ClusterName, operation: Operation, meanwhile?: () => Promise<void>): Promise<Outcome> {
  const outcome = await measure(cluster, operation, meanwhile);
  const { report, podsGone } = outcome;
  expect(report.succeeded).toBeGreaterThan(report.longSucceeded);
  expect(report.longSucceeded).toBeGreaterThan(0);
  expect(podsGone, "pods that went").toBe(operation.leastPods);
  if (operation.promise === "nothing is noticed") expectNothingNoticed(report);
  if (operation.promise === "no query fails") expect(report.failed).toEqual([]);
  if (operation.promise === "queries of the coordinator") await expectOnlyItsQueriesLost(cluster, report);
  if (operation.promise !== "nothing is noticed") await expectOutageOfAStart(cluster, report);
  return outcome;
}

/** No client noticed: not even one that never asks twice. */
function expectNothingNoticed({ failed, interrupted, refusals, outageSeconds }: LoadReport): void {
  expect({ failed, interrupted, refusals, outageSeconds }).toEqual({ failed: [], interrupted: [], refusals: [], outageSeconds: 0 });
}

/** A client has one query at most when the coordinator goes; none that the new one took may fail. */
async function expectOnlyItsQueriesLost(cluster: ClusterName, { failed, outageSeconds }: LoadReport): Promise<void> {
  expect(outageSeconds, "an outage that is measured").toBeGreaterThan(0);
  const clients = failed.map(({ client }) => client);
  expect(clients, "clients that lost a query, each once").toEqual([...new Set(clients)]);
  const [row] = await query(await serviceUrl(cluster), "select max(query_id) from system.runtime.queries");
  const newest = startOf(String(row?.[0]));
  expect(
    failed.filter(({ id }) => startOf(id) === newest),
    `queries of the new coordinator, whose ids end in ${newest}`,
  ).toEqual([]);
}

/** The part of a query's id that is the same for all queries of one start of a coordinator. */
function startOf(id: string): string {
  return id.slice(id.lastIndexOf("_") + 1);
}

/** How much longer an outage may be than the start of the coordinator that ends it: the old one stops first, and clients ask again later. */
const STARTS = 2;

async function expectOutageOfAStart(cluster: ClusterName, { outageSeconds, gapSeconds }: LoadReport): Promise<void> {
  const start = await secondsToReady(cluster);
  process.stderr.write(
    `  the coordinator needed ${start} s to start; outage ${outageSeconds.toFixed(1)} s, gap ${gapSeconds.toFixed(1)} s\n`,
  );
  expect(outageSeconds, `an outage as short as ${STARTS} starts of ${start} s`).toBeLessThanOrEqual(STARTS * start);
}

/** From the moment that the coordinator's pod was made until it was ready for clients. */
async function secondsToReady(cluster: ClusterName): Promise<number> {
  const [pod] = await podsOf(cluster, "coordinator");
  const ready = pod?.status.conditions?.find(({ type, status }) => type === "Ready" && status === "True")?.lastTransitionTime;
  if (!pod || ready === undefined) throw new Error("the coordinator is not ready");
  return (Date.parse(ready) - Date.parse(pod.metadata.creationTimestamp)) / 1000;
}
