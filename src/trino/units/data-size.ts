/**
 * Trino's data sizes. The units look decimal and are binary: `1MB` is 1048576 bytes, and only this spelling is known.
 * Source: https://trino.io/docs/current/admin/properties.html#data-size and airlift's `DataSize`
 */

/** Bytes in a mebibyte, which Trino writes `MB`. */
export const MEBIBYTE: number = 2 ** 20;

/** Bytes in a gibibyte, which Trino writes `GB`. */
export const GIBIBYTE: number = 2 ** 30;

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 2 ** 10, MB: MEBIBYTE, GB: GIBIBYTE, TB: 2 ** 40, PB: 2 ** 50, EB: 2 ** 60 };

const DATA_SIZE = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/;

/** The bytes of a data size such as `1.5GB`, or undefined when Trino would refuse it. */
export function parseDataSize(text: string): number | undefined {
  const match = DATA_SIZE.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** A data size of whole mebibytes, rounded down, such as `614MB`. */
export function formatMebibytes(bytes: number): string {
  return `${Math.floor(bytes / MEBIBYTE)}MB`;
}
