/** What every verb of execute works on. */
import type { Observation } from "../../../lifecycle/observation.ts";
import type { Plan } from "../../../lifecycle/plan-types.ts";
import type { Cluster } from "../../../trino/cluster.ts";
import type { Resources, Revision } from "../../../trino/resources.ts";
import type { LiveTrinoCluster } from "../context.ts";

/** What there is to execute, for which cluster. */
export interface Execution {
  readonly object: LiveTrinoCluster;
  readonly cluster: Cluster;
  readonly resources: Resources;
  readonly plan: Plan;
  /** What the plan rests on. */
  readonly observation: Observation;
  /** Rejects with Outdated when the plan rests on an older TrinoCluster; asked before what disrupts, and costs one read. */
  readonly confirm: () => Promise<void>;
}

/** The revisions of the plan's target: those that were just rendered, or remembered ones. */
export interface TargetRevisions {
  readonly coordinator: Revision;
  readonly workers: Revision;
}
