import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrinoImage } from "../../../local-cluster/load-images.ts";
import { LONG } from "../../long.ts";
import { apply } from "../harness/kubectl.ts";
import { useNamespace } from "../harness/namespace.ts";
import { query } from "../harness/statement-client.ts";
import { isLocalCluster } from "../harness/target.ts";
import type { ClusterName } from "../harness/trino-cluster.ts";
import { loadedCluster, serviceUrl, settled } from "./loaded-cluster.ts";
import { measure } from "./measure.ts";
import { UPGRADE } from "./operations.ts";

describe.skipIf(!isLocalCluster() || !LONG)("an upgrade from Trino 476 to 483", () => {
  const cluster: ClusterName = { namespace: useNamespace("upgrade"), name: "upgraded" };

  beforeAll(async () => {
    await ensureTrinoImage(483);
    await apply(loadedCluster(cluster.name, UPGRADE.workers), cluster.namespace);
    await settled(cluster, UPGRADE.workers);
  });

  it("tells how many queries failed and for how long clients were refused, and serves as the new version", async () => {
    const { report, podsGone } = await measure(cluster, UPGRADE);
    expect(podsGone).toBe(UPGRADE.leastPods);
    expect(report.failed.length).toBeLessThanOrEqual(4);
    expect(report.outageSeconds).toBeLessThan(300);
    expect(await query(await serviceUrl(cluster), "select distinct node_version from system.runtime.nodes")).toEqual([["483"]]);
  });
});
