/** The examples that prove the rows of docs/reference/changes.md, and what really restarts when a spec changes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { Restart } from "../../src/api/v1alpha1/change.ts";
import { observation, TARGET } from "../../src/lifecycle/fixtures.ts";
import { plan } from "../../src/lifecycle/plan.ts";
import { build } from "../../src/trino/build.ts";
import type { Cluster } from "../../src/trino/cluster.ts";
import type { Manifest } from "../../src/trino/resources.ts";

/** A field, and a spec before and after it is changed. */
export interface ChangeExample {
  readonly field: string;
  readonly whole: boolean;
  readonly was: object;
  readonly now: object;
  /** What restarts in a case that the row's sentence tells of; undefined in the ordinary case. */
  readonly instead: readonly Restart[] | undefined;
}

interface Written {
  readonly field: string;
  readonly at?: string;
  readonly base?: string;
  readonly whole?: boolean;
  readonly was?: unknown;
  readonly now?: unknown;
  readonly instead?: readonly Restart[];
}

const file = load(readFileSync(join(import.meta.dirname, "changes.yaml"), "utf8")) as {
  readonly bases: Readonly<Record<string, object>>;
  readonly examples: readonly Written[];
};

const ROLE = "<role>";

/** Every example. */
export const changeExamples: readonly ChangeExample[] = file.examples.flatMap((written) =>
  (written.field.startsWith(ROLE) ? ["coordinator", "workers"] : [ROLE]).map((role) => exampleOf(written, role)),
);

function exampleOf({ field, at = field, base = "lakehouse", whole = false, was, now, instead }: Written, role: string): ChangeExample {
  const path = at.replace(ROLE, role).split(".");
  const spec = file.bases[base] ?? {};
  return {
    field: field.replace(ROLE, role),
    whole,
    was: was === undefined ? spec : withValue(spec, path, was),
    now: withValue(spec, path, now),
    instead,
  };
}

/** A copy of `object` with another value at `path`. */
function withValue(object: object, [name = "", ...rest]: readonly string[], value: unknown): object {
  const { [name]: old, ...others } = object as Record<string, unknown>;
  return { ...others, [name]: rest.length === 0 ? value : withValue((old ?? {}) as object, rest, value) };
}

/** What restarts when one cluster becomes another; what is no longer there does not restart. */
export function restartsBetween(was: Cluster, now: Cluster): readonly Restart[] {
  const [before, after] = [partsOf(was), partsOf(now)];
  const parts = Object.keys(after) as (keyof typeof after)[];
  const changed = parts.filter((part) => after[part] !== undefined && after[part] !== before[part]);
  return changed.length === 0 ? ["none"] : changed;
}

/** Both roles by their names, so that lists of restarts can be compared. */
export function byName(restarts: readonly Restart[]): readonly Restart[] {
  return restarts.flatMap((word): readonly Restart[] => (word === "all" ? ["coordinator", "workers"] : [word])).toSorted();
}

/** What identifies the pods of each part of a cluster; undefined for a part that is not there. */
function partsOf(cluster: Cluster): Readonly<Record<Exclude<Restart, "none" | "all" | "fixed">, string | undefined>> {
  const { coordinator, workers, metastore } = build(cluster);
  const runs = running(cluster);
  return {
    coordinator: runs.coordinator ? coordinator.revision.hash : "stopped",
    workers: runs.workers ? workers.revision.hash : "stopped",
    metastore: metastore && podsOf(metastore.workload),
    database: metastore?.database && podsOf(metastore.database),
    schema: metastore?.schemaJob.metadata.name,
  };
}

/** Only the template makes new pods. */
function podsOf({ spec }: Manifest): string {
  return JSON.stringify((spec as { template: object }).template);
}

/** Which roles the plan would start, were nothing there: suspension is no revision. */
function running(cluster: Cluster): { readonly coordinator: boolean; readonly workers: boolean } {
  const nothing = observation({ coordinator: undefined, workers: [], pods: [], trino: { kind: "unasked" } });
  const { coordinator, workers } = plan({ cluster, target: TARGET, observation: nothing });
  return {
    coordinator: coordinator.kind === "apply" && coordinator.replicas === 1,
    workers: workers.some(({ replicas }) => replicas > 0),
  };
}
