/** The sweeps: from a run without faults to every fault that can strike it. */
import type { Entry } from "./proxy.ts";
import type { Disturbance } from "./run-point.ts";
import type { Scenario } from "./scenarios.ts";
import { crashes } from "./strikes.ts";

/** The names of the sweeps. */
export const SWEEPS = ["crash"] as const;

/** One of them. */
export type Sweep = (typeof SWEEPS)[number];

/** Every disturbance of a sweep for a scenario whose undisturbed run made these requests. */
export function disturbances(sweep: Sweep, scenario: Scenario, log: readonly Entry[]): readonly Disturbance[] {
  return TABLE[sweep](scenario, log);
}

const TABLE: Readonly<Record<Sweep, (scenario: Scenario, log: readonly Entry[]) => readonly Disturbance[]>> = {
  crash: (_scenario, log) => crashes(log),
};
