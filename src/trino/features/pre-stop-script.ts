/** The preStop hooks of worker and coordinator, in what every Trino image has: bash, curl, grep and coreutils' sleep. */
import { INTERNAL_TOKEN_HEADER } from "../internal-token.ts";
import { HTTP_PORT } from "../names.ts";

/** What the script has to know. */
interface PreStopOptions {
  /** The file with the token that lets it command its own node. */
  readonly tokenFile: string;
  /** Where the coordinator answers to `/v1/info`. */
  readonly coordinatorUrl: string;
}

/** A drain is for the coordinator's queries: when that is gone for so long, they are gone too. */
const COORDINATOR_SILENCE_SECONDS = 60;

/**
 * Asks the own node to shut down gracefully, then waits for its process, which is the container's first, to end. The pod's
 * termination grace period bounds it. The token goes to curl by standard input: arguments can be read by others.
 * A node that refuses (it is still starting, or broken) has no tasks and is stopped at once.
 */
export function preStopScript({ tokenFile, coordinatorUrl }: PreStopOptions): string {
  return `set -u
token=$(<${tokenFile})
shut_down() {
  curl --silent --show-error --fail --max-time 10 --request PUT --data '"SHUTTING_DOWN"' \\
    --header 'Content-Type: application/json' --header @- \\
    http://localhost:${HTTP_PORT}/v1/info/state <<< "${INTERNAL_TOKEN_HEADER}: $token"
}
shut_down || { sleep 2; shut_down; } || exit 0
last_seen=$SECONDS
while kill -0 1 2>/dev/null; do
  if curl --silent --output /dev/null --max-time 5 ${coordinatorUrl}/v1/info; then
    last_seen=$SECONDS
  elif ((SECONDS - last_seen >= ${COORDINATOR_SILENCE_SECONDS})); then
    exit 0
  fi
  sleep 1
done
`;
}

/** States of a query that has not ended. Source: https://trino.io/docs/current/admin/web-interface.html and Trino's `QueryState` */
const UNFINISHED = "QUEUED|WAITING_FOR_RESOURCES|DISPATCHING|PLANNING|STARTING|RUNNING|FINISHING";

/**
 * Lets a coordinator that goes finish the queries that it still has, for some seconds: one that reached it at the last moment,
 * or all of them when its node is drained. A coordinator that does not answer has nothing left to wait for.
 */
export function coordinatorPreStopScript({ tokenFile, seconds }: { readonly tokenFile: string; readonly seconds: number }): string {
  return `set -u
token=$(<${tokenFile})
while ((SECONDS < ${seconds})); do
  queries=$(curl --silent --fail --max-time 5 --header @- http://localhost:${HTTP_PORT}/v1/query <<< "${INTERNAL_TOKEN_HEADER}: $token") || exit 0
  grep --quiet --extended-regexp '"state" ?: ?"(${UNFINISHED})"' <<< "$queries" || exit 0
  sleep 1
done
`;
}
