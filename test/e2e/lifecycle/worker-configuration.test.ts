import { describe, it } from "vitest";
import { LONG } from "../../long.ts";
import { isLocalCluster } from "../harness/target.ts";
import { useLoadedCluster } from "./loaded-cluster.ts";
import { WORKER_CONFIGURATION } from "./operations.ts";
import { expectNoQueryFails } from "./promises.ts";

describe.skipIf(!isLocalCluster() || !LONG)("a change of the workers' configuration", () => {
  const cluster = useLoadedCluster(WORKER_CONFIGURATION.workers);

  it("fails no query and refuses no client", () => expectNoQueryFails(cluster, WORKER_CONFIGURATION));
});
