import { describe, it } from "vitest";
import { LONG } from "../../long.ts";
import { isLocalCluster } from "../harness/target.ts";
import { useLoadedCluster } from "./loaded-cluster.ts";
import { SCALE_IN_REVERSED } from "./operations.ts";
import { expectNoQueryFails } from "./promises.ts";

describe.skipIf(!isLocalCluster() || !LONG)("scaling in that is taken back half way", () => {
  const cluster = useLoadedCluster(SCALE_IN_REVERSED.workers);

  it("fails no query and refuses no client", () => expectNoQueryFails(cluster, SCALE_IN_REVERSED));
});
