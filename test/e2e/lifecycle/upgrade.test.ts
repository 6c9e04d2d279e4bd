import { beforeAll, describe, expect, it } from "vitest";
import { ensureTrinoImage } from "../../../local-cluster/load-images.ts";
import { LONG } from "../../long.ts";
import { query } from "../harness/statement-client.ts";
import { isLocalCluster } from "../harness/target.ts";
import { UPGRADE } from "./coordinator-operations.ts";
import { restoreLoadedCluster, serviceUrl, useLoadedCluster } from "./loaded-cluster.ts";
import { expectPromise } from "./promises.ts";

describe.skipIf(!isLocalCluster() || !LONG)("an upgrade from Trino 476 to 483", () => {
  const cluster = useLoadedCluster();

  beforeAll(async () => {
    await ensureTrinoImage(483);
    await restoreLoadedCluster(cluster, UPGRADE.workers);
  });

  it("fails only queries that the old coordinator had, refuses clients as long as a start takes, and serves as the new version", async () => {
    await expectPromise(cluster, UPGRADE);
    expect(await query(await serviceUrl(cluster), "select distinct node_version from system.runtime.nodes")).toEqual([["483"]]);
  });
});
