/**
 * Which workers of an older revision may go because they do not serve: marked ones, ones that are not ready, and ones that the
 * coordinator does not know.
 *
 * Those of a revision that has served may come back, as after a lost node, and are what an edit that does not come up is taken back
 * to. So they go only as far as a Deployment's own rolling update cleans up: no fewer workers than needed, new ones that are not
 * ready not counted. Source: `cleanupUnhealthyReplicas` in https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/deployment/rolling.go
 */
import { type Observation, type ObservedPod, standingWorkers } from "./observation.ts";
import { lostWorkers, namedByCoordinator, unknownWorkers } from "./plan-registration.ts";
import { hasServed } from "./plan-target.ts";

/** What is known of the workers, and of how many may go. */
export interface IdleQuestion {
  readonly observation: Observation;
  /** The workers of one Deployment. */
  readonly pods: readonly ObservedPod[];
  /** Active workers beyond those needed; negative where too few are left. */
  readonly spare: number;
  /** How many of a revision that has served may go: see `cleanupOf`. */
  readonly cleanup: number;
}

/** How many go, and of how many that is taken: workers that may be active, and workers that may come back. */
export interface IdleWorkers {
  readonly count: number;
  readonly active: number;
  readonly cleaned: number;
}

/** A pod that fails so often will not come up by waiting. */
const HOPELESS_RESTARTS = 3;

/** How many workers of a revision that has served may go though they are not ready. */
export function cleanupOf(observation: Observation, { revision, needed }: { readonly revision: string; readonly needed: number }): number {
  const standing = standingWorkers(observation);
  const own = standing.filter((pod) => pod.revision === revision);
  return Math.max(0, standing.length - (own.length - knownAmong(observation, own)) - needed);
}

/** How many the coordinator surely knows. Its count alone may hold others that have just gone. */
export function knownAmong(observation: Observation, pods: readonly ObservedPod[]): number {
  const ready = pods.filter((pod) => pod.ready);
  const unknown = unknownWorkers(observation);
  const known = namedByCoordinator(observation, ready) ?? (unknown ? ready.filter((pod) => !unknown.includes(pod)) : []);
  return known.length;
}

/** How many workers of one Deployment may go because they do not serve. */
export function idleWorkers({ observation, pods, spare, cleanup }: IdleQuestion): IdleWorkers {
  const lost = lostWorkers(observation);
  const unmarked = pods.filter((pod) => pod.drainSince === undefined);
  const idle = unmarked.filter((pod) => !pod.ready || lost.includes(pod));
  const hopeful = idle.filter((pod) => hasServed(observation, "worker", pod.revision) && !isHopeless(pod)).length;
  const cleaned = Math.min(hopeful, cleanup);
  const allowed = idle.length - hopeful + cleaned;
  const working = maybeActive({ unmarked, lost, count: allowed });
  const going = working > 0 ? Math.min(allowed, Math.max(0, spare)) : allowed;
  return { count: pods.length - unmarked.length + going, active: maybeActive({ unmarked, lost, count: going }), cleaned };
}

function isHopeless({ started, problem, restarts }: ObservedPod): boolean {
  return !started && problem !== undefined && restarts >= HOPELESS_RESTARTS;
}

interface Choice {
  readonly unmarked: readonly ObservedPod[];
  readonly lost: readonly ObservedPod[];
  readonly count: number;
}

/**
 * How many that are active may be among so many that their ReplicaSet chooses: it makes no difference between one that has not
 * started and one that is not ready for a moment, nor between one that the coordinator knows and one that it does not.
 */
function maybeActive({ unmarked, lost, count }: Choice): number {
  const unready = unmarked.filter((pod) => !pod.ready);
  const known = unmarked.filter((pod) => pod.ready && !lost.includes(pod)).length;
  const blinking = unready.filter((pod) => pod.started).length;
  return Math.min(count, blinking + Math.min(known, Math.max(0, count - unready.length)));
}
