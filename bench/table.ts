/** The result of a benchmark as a table with verdicts. */

/** One line: what was measured, and the most that it may be. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Undefined when it is only told. */
  readonly target?: number;
  readonly note?: string;
}

/** The table, as text. */
export function tableOf(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ what, value, unit, target, note = "" }) => [
    what,
    `${round(value)} ${unit}`.trim(),
    target === undefined ? "" : `≤ ${target} ${unit}`.trim(),
    verdictOf({ value, target }),
    note,
  ]);
  const all = [["MEASURED", "VALUE", "TARGET", "VERDICT", ""], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Whether every target was met. */
export function allMet(measurements: readonly Measurement[]): boolean {
  return measurements.every((measurement) => verdictOf(measurement) !== "MISSED");
}

/** The middle of a list of numbers. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

function verdictOf({ value, target }: { readonly value: number; readonly target?: number | undefined }): string {
  if (target === undefined) return "";
  return value <= target ? "met" : "MISSED";
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
