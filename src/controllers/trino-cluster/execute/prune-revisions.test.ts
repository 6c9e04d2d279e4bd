import { expect, it } from "vitest";
import { spentRecords } from "./prune-revisions.ts";

const record = (role: string, revision: string, hour: number) => ({
  apiVersion: "apps/v1",
  kind: "ControllerRevision",
  metadata: {
    name: `${role}-${revision}`,
    creationTimestamp: `2026-01-01T0${hour}:00:00Z`,
    labels: { "app.kubernetes.io/component": role, "trino.trino-operator.io/revision": revision },
  },
});

it("keeps used records and of each role the two newest unused ones", () => {
  const records = [
    ...[1, 2, 3, 4].map((hour) => record("worker", `w${hour}`, hour)),
    ...[1, 2].map((hour) => record("coordinator", `c${hour}`, hour)),
  ];
  expect(spentRecords(records, new Set(["w1", "w4"]))).toEqual([]);
  expect(spentRecords(records, new Set()).map(({ metadata }) => metadata.name)).toEqual(["worker-w2", "worker-w1"]);
});
