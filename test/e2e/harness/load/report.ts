/** What a load saw, made from its events. */

/** Who did it, and when, in milliseconds since the epoch. */
interface Seen {
  readonly client: string;
  readonly at: number;
}

/**
 * One thing that happened to a client; `refused` and `interrupted` know since when the request had been on its way.
 * `resumed` is the first page after polls were interrupted.
 */
export type LoadEvent = Seen &
  (
    | { readonly kind: "refused"; readonly since: number; readonly error: string }
    | { readonly kind: "accepted" | "resumed" }
    | { readonly kind: "succeeded"; readonly id: string; readonly long: boolean }
    | { readonly kind: "interrupted"; readonly since: number; readonly id: string; readonly error: string }
    | { readonly kind: "failed"; readonly id: string; readonly error: string }
  );

/** A query that had an id, and what befell it. */
export interface QueryTrouble {
  readonly client: string;
  readonly id: string;
  readonly error: string;
  readonly at: number;
}

/** The load as a value. */
export interface LoadReport {
  /** Queries that got an id. */
  readonly started: number;
  readonly succeeded: number;
  /** Of those, the ones that were read slowly over a minute or so. */
  readonly longSucceeded: number;
  /** Queries that had an id and have no result. */
  readonly failed: readonly QueryTrouble[];
  /** Polls that got no answer or a "try again", after which the client asked again; a client without patience would have failed here. */
  readonly interrupted: readonly QueryTrouble[];
  /**
   * For how long at least one client was refused, from its first refused request to its next accepted one, or had a poll that was not
   * answered. Without the polls there would be no outage where every client had a query, and so none asked for another.
   */
  readonly outageSeconds: number;
  /** The longest time from one query that succeeded to the next, of whichever client. */
  readonly gapSeconds: number;
  /** Why requests were refused, each reason once. */
  readonly refusals: readonly string[];
}

/** Sums up; `until` ends an outage that no accepted request has ended. */
export function reportOf(events: readonly LoadEvent[], until: number): LoadReport {
  const of = <K extends LoadEvent["kind"]>(kind: K): readonly Extract<LoadEvent, { kind: K }>[] =>
    events.filter((event): event is Extract<LoadEvent, { kind: K }> => event.kind === kind);
  const succeeded = of("succeeded");
  return {
    started: of("accepted").length,
    succeeded: succeeded.length,
    longSucceeded: succeeded.filter(({ long }) => long).length,
    failed: of("failed").map(troubleOf),
    interrupted: of("interrupted").map(troubleOf),
    outageSeconds: lengthOf(outages(events, until)) / 1000,
    gapSeconds: longestGap(succeeded.map(({ at }) => at)) / 1000,
    refusals: [...new Set(of("refused").map(({ error }) => error))],
  };
}

/** The report in one line, for people. */
export function summaryOf(report: LoadReport): string {
  const { succeeded, longSucceeded, failed, interrupted, outageSeconds, gapSeconds } = report;
  const patience = interrupted.length > 0 ? `, ${interrupted.length} polls repeated` : "";
  const times = `outage ${outageSeconds.toFixed(1)} s, longest time without a result ${gapSeconds.toFixed(1)} s`;
  return `${succeeded} queries ok (${longSucceeded} long), ${failed.length} failed, ${times}${patience}`;
}

function troubleOf({ client, id, error, at }: QueryTrouble): QueryTrouble {
  return { client, id, error, at };
}

function longestGap(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(0, ...sorted.slice(1).map((at, index) => at - (sorted[index] ?? at)));
}

type Interval = readonly [from: number, to: number];

function outages(events: readonly LoadEvent[], until: number): readonly Interval[] {
  return events.flatMap((event) => {
    if (event.kind !== "refused" && event.kind !== "interrupted") return [];
    const next = events.find(({ kind, client, at }) => client === event.client && at >= event.at && ANSWERS[event.kind].has(kind));
    return [[event.since, next?.at ?? until] as const];
  });
}

/** What ends it. */
const ANSWERS: Readonly<Record<"refused" | "interrupted", ReadonlySet<LoadEvent["kind"]>>> = {
  refused: new Set(["accepted"]),
  interrupted: new Set(["resumed", "failed"]),
};

/** The length of the union. */
function lengthOf(intervals: readonly Interval[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const [from, to] of [...intervals].sort(([a], [b]) => a - b)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}
