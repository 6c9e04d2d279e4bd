/**
 * Versions of Hive and of the schema that they keep in their database.
 * Source: `EQUIVALENT_VERSIONS` and `isVersionCompatible` of
 * https://github.com/apache/hive/blob/master/standalone-metastore/metastore-server/src/main/java/org/apache/hadoop/hive/metastore/MetaStoreSchemaInfo.java
 */

/** What Hive calls a version: three numbers, and for a release candidate a word and a number, as in `4.0.0-beta-1`. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-(.+))?$/;

/**
 * The schema of a version of Hive. A patch release has the schema of its minor release: 3.1.3 calls its own 3.1.0, 4.0.1 calls its own
 * 4.0.0. What is no release stays as it is. The Job that looks at the database asks Hive itself; this is what can be told before.
 */
export function schemaVersionOf(version: string): string {
  const [, major, minor, , candidate] = VERSION.exec(version) ?? [];
  return major === undefined || candidate !== undefined ? version : `${major}.${minor}.0`;
}

/** Negative when schema `a` is older than `b`, positive when it is newer. A candidate is older than its release. */
export function compareSchemaVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const different = left.numbers.findIndex((number, index) => number !== right.numbers[index]);
  if (different >= 0) return (left.numbers[different] ?? 0) - (right.numbers[different] ?? 0);
  if (left.candidate === right.candidate) return 0;
  if (left.candidate === "" || right.candidate === "") return left.candidate === "" ? 1 : -1;
  return left.candidate < right.candidate ? -1 : 1;
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly candidate: string } {
  const [, major, minor, patch, candidate = ""] = VERSION.exec(version) ?? [];
  return { numbers: [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)], candidate };
}
