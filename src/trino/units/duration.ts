/** Trino's durations. Source: https://trino.io/docs/current/admin/properties.html#duration and airlift's `Duration` */

const UNITS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };

const DURATION = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/;

/** The seconds of a duration such as `1.5h`, or undefined when Trino would refuse it. */
export function parseDurationSeconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
