/**
 * What a schema Job runs. Both scripts end with 0 when they know the schema, and say which one it is in the termination message:
 * `schema=FOUND hive=WANTED`. Whether that is good is decided by who reads it; Hive itself would take any newer schema for its own.
 */
import type { Connection } from "./connection.ts";
import { METASTORE_PATHS } from "./managed.ts";

/** What a schema Job says when it ends: the schema that the database has, and the one that Hive wants. */
export interface SchemaReport {
  readonly schema: string;
  readonly hive: string;
}

/** Reads a termination message; undefined when it is none of these scripts'. */
export function parseSchemaReport(message: string): SchemaReport | undefined {
  const [, schema, hive] = /^schema=(\S+) hive=(\S+)$/m.exec(message) ?? [];
  return schema === undefined || hive === undefined ? undefined : { schema, hive };
}

/**
 * Makes the schema where there is none. One that is there is left alone, whatever its version.
 *
 * To make it needs a sign that there is none, an error about the table of that name: a failed connection looks much the same, and
 * MySQL's script goes on over tables that exist.
 */
export function prepareScript(connection: Connection): string {
  return `${commonScript(connection)}
look
if [[ -z $schema ]]; then
  [[ $info =~ 'Failed to get schema version, Cause:'([^$'\\n']*) ]] && cause=\${BASH_REMATCH[1],,} || cause=''
  if [[ $cause != *version* || $cause == *denied* ]]; then fail 'The schema of the database cannot be read.'; fi
  echo 'The database has no schema.'
  change -initSchema || fail 'The schema could not be made.'
fi
finish
`;
}

/** Upgrades a schema of exactly this version; one of another version is left alone. It is tried once. */
export function upgradeScript(connection: Connection, from: string): string {
  return `${commonScript(connection)}
for ((attempt = 0; attempt < ${READS}; attempt++)); do
  look
  if [[ -n $schema ]]; then break; fi
  sleep 5
done
if [[ $schema == '${from}' ]]; then
  change -upgradeSchemaFrom '${from}' || fail 'The upgrade failed. Restore the backup of the database before you try again.'
fi
finish
`;
}

const READS = 24;

/** 1, 3, 100 and 137 have meanings of their own in what the operator tells of a pod. */
const FAILURE = 2;

/** A schema that is being changed must not be left half changed: the signal is ignored from there on, and the grace period is long. */
function commonScript({ host, port, type }: Connection): string {
  const tool = `${METASTORE_PATHS.schematool} -dbType ${type}`;
  return `set -u
trap 'exit 143' TERM
until (exec 3<>/dev/tcp/${host}/${port}) 2>/dev/null; do
  echo "waiting for the database at ${host}:${port}"
  sleep 2
done
look() {
  schema='' hive=''
  info=$(${tool} -info 2>&1)
  echo "$info"
  if [[ $info =~ 'Metastore schema version:'[[:space:]]*([^[:space:]]+) ]]; then schema=\${BASH_REMATCH[1]}; fi
  if [[ $info =~ 'Hive distribution version:'[[:space:]]*([^[:space:]]+) ]]; then hive=\${BASH_REMATCH[1]}; fi
}
change() {
  trap '' TERM
  ${tool} "$@" && look
}
fail() {
  echo "$1"
  exit ${FAILURE}
}
finish() {
  if [[ -z $schema || -z $hive ]]; then fail 'The schema of the database cannot be read.'; fi
  echo "The database has the schema $schema, Hive wants $hive."
  echo "schema=$schema hive=$hive" >/dev/termination-log
}`;
}
