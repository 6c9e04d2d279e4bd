import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrinoImage } from "../../local-cluster/load-images.ts";
import { watchExitCodes } from "./harness/exit-codes.ts";
import { apply, kubectl } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { query } from "./harness/statement-client.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster } from "./harness/target.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { type ClusterName, clusterOf, podsOf, waitReady } from "./harness/trino-cluster.ts";

describe("Trino 483", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("trino-483"), name: "newest" };

  beforeAll(async () => {
    if (isLocalCluster()) await ensureTrinoImage(483); // the nodes of another cluster pull it
  });

  it("becomes Ready, with its worker registered", async () => {
    await apply(smallCluster(cluster.name, { version: 483 }), cluster.namespace);
    await waitReady(cluster);
    expect((await clusterOf(cluster)).status).toMatchObject({ version: 483, workers: { ready: 1, registered: 1, summary: "1/1" } });
  });

  it("answers, and says that it is 483", async () => {
    const url = await trinoUrl(cluster);
    expect(await query(url, "select count(*) from tpch.tiny.nation")).toEqual([[25]]);
    expect(await query(url, "select distinct node_version from system.runtime.nodes")).toEqual([["483"]]);
  });

  it("drains a worker that goes, which needs a token by the newer key derivation", async () => {
    const [worker] = await podsOf(cluster, "worker");
    const name = worker?.metadata.name ?? "";
    const exitCodes = await watchExitCodes(cluster.namespace);
    await kubectl(["delete", "pod", name, `--namespace=${cluster.namespace}`, "--wait=false"]);
    // A JVM that is stopped by SIGTERM ends with 143; one that drained and left of its own accord with 0.
    expect(await exitCodes([name])).toEqual({ [name]: 0 });
    await waitReady(cluster);
  });
});
