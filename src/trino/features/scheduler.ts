/** Which nodes get work. Source: https://trino.io/docs/current/admin/properties-node-scheduler.html */
import type { Feature } from "../feature.ts";

/** The coordinator plans and the workers work; Trino's own default lets the coordinator do both. */
export const scheduler: Feature = {
  name: "scheduler",
  layer: "default",
  contribute: (_cluster, role) =>
    role === "coordinator" ? { files: { "config.properties": { "node-scheduler.include-coordinator": "false" } } } : {},
};
