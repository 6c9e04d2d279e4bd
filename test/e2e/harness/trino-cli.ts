/** The real Trino CLI, as a user runs it. */
import { trinoCli } from "../../../local-cluster/images/trino-cli.ts";
import { run } from "../../../local-cluster/progress.ts";
import { ensureJava } from "./java.ts";
import { trinoAddress } from "./trino-address.ts";
import type { ClusterName } from "./trino-cluster.ts";

/** Runs a statement by the CLI and returns its lines, each a row as tab-separated values. */
export async function queryByCli(cluster: ClusterName, sql: string): Promise<readonly string[]> {
  const [java, jar, { url, close }] = await Promise.all([ensureJava(), trinoCli(), trinoAddress(cluster)]);
  try {
    const output = await run(java, ["-jar", jar, `--server=${url}`, "--user=e2e", "--output-format=TSV", `--execute=${sql}`]);
    return output.split("\n").filter((line) => line !== "");
  } finally {
    close();
  }
}
