/** What is promised of operations, as assertions. */
import { expect } from "vitest";
import type { LoadReport } from "../harness/load/report.ts";
import type { ClusterName } from "../harness/trino-cluster.ts";
import { measure, type Outcome } from "./measure.ts";
import type { Operation } from "./operations.ts";

/** Does an operation under load and asserts that no client noticed: not even one that never asks twice. */
export async function expectNoQueryFails(cluster: ClusterName, operation: Operation, meanwhile?: () => Promise<void>): Promise<Outcome> {
  const outcome = await measure(cluster, operation, meanwhile);
  expectNothingNoticed(outcome.report);
  return outcome;
}

/** Asserts that there were queries, long ones too, and that none of them failed, broke or was refused. */
export function expectNothingNoticed(report: LoadReport): void {
  const { failed, interrupted, refusals, outageSeconds } = report;
  expect({ failed, interrupted, refusals, outageSeconds }).toEqual({ failed: [], interrupted: [], refusals: [], outageSeconds: 0 });
  expect(report.succeeded).toBeGreaterThan(report.longSucceeded);
  expect(report.longSucceeded).toBeGreaterThan(0);
}
