import { describe, it } from "vitest";
import { LONG } from "../../long.ts";
import { isLocalCluster } from "../harness/target.ts";
import { useLoadedCluster } from "./loaded-cluster.ts";
import { EVICTION } from "./operations.ts";
import { expectNoQueryFails } from "./promises.ts";

describe.skipIf(!isLocalCluster() || !LONG)("the eviction of a worker", () => {
  const cluster = useLoadedCluster(EVICTION.workers);

  it("fails no query and refuses no client", () => expectNoQueryFails(cluster, EVICTION));
});
