/** The cases of the golden files: a folder each, with one TrinoCluster, rendered for several versions of Trino. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Versions around which something changed: JDK, discovery, the internal key, names of file systems. */
export const VERSIONS: readonly number[] = [435, 450, 464, 476, 479, 480, 483];

/** Versions for which every manifest is kept; for the others the properties tell all that differs. */
export const VERSIONS_WITH_MANIFESTS: readonly number[] = [476, 480];

/** The names of the cases. */
export const CASES: readonly string[] = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** The manifest of a case for a version. */
export function manifestOf(name: string, version: number): string {
  const text = readFileSync(join(import.meta.dirname, name, "cluster.yaml"), "utf8");
  return text.replace(/^ {2}version: 476$/m, `  version: ${version}`);
}
