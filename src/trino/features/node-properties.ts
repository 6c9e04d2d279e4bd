/** Who a node is. Source: https://trino.io/docs/current/installation/deployment.html#node-properties */
import type { Feature } from "../feature.ts";
import { DATA_DIRECTORY } from "../resources/pod-paths.ts";

/** Environment and data directory. `node.id` is the pod's name: the image's start script takes it from HOSTNAME. */
export const nodeProperties: Feature = {
  name: "node-properties",
  layer: "feature",
  contribute: (cluster) => ({
    files: { "node.properties": { "node.environment": cluster.environment, "node.data-dir": DATA_DIRECTORY } },
  }),
};
