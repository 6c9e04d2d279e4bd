import { describe, it } from "vitest";
import { LONG } from "../../long.ts";
import { useSteps } from "../harness/steps.ts";
import { isLocalCluster } from "../harness/target.ts";
import { useLoadedCluster } from "./loaded-cluster.ts";
import { SCALE_IN, SCALE_OUT } from "./operations.ts";
import { expectNoQueryFails } from "./promises.ts";

describe.skipIf(!isLocalCluster() || !LONG)("scaling under load", () => {
  useSteps();
  const cluster = useLoadedCluster(SCALE_IN.workers);

  it("fails no query and refuses no client when workers go", () => expectNoQueryFails(cluster, SCALE_IN));

  it("fails no query and refuses no client when workers come", () => expectNoQueryFails(cluster, SCALE_OUT));
});
