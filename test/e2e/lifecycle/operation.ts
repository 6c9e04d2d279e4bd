/** What an operation is. */
import type { Load, LoadOptions } from "../harness/load/load.ts";
import type { ClusterName } from "../harness/trino-cluster.ts";

/**
 * What clients are promised. `nothing is noticed`: no query fails, and nobody is refused. `no query fails`: clients find nobody while the
 * coordinator starts. `queries of the coordinator`: that, and the queries that it had are lost. `none`: it is no operation of ours.
 */
export type OperationPromise = "nothing is noticed" | "no query fails" | "queries of the coordinator" | "none";

/** Something that is done to a cluster that serves. */
export interface Operation {
  readonly name: string;
  /** How many workers there are before it. */
  readonly workers: number;
  /** How many pods must go for it, whoever does it. */
  readonly leastPods: number;
  readonly promise: OperationPromise;
  /** Where the usual load does not do. */
  readonly load?: LoadOptions;
  /** Asks for it and returns when it is done; throws when it is done at the wrong time. */
  readonly run: (cluster: ClusterName, load: Load) => Promise<void>;
}
