/** How the nodes of a cluster find each other. Source: https://trino.io/docs/current/installation/deployment.html#config-properties */
import type { Feature } from "../feature.ts";
import { coordinatorUrl, HTTP_PORT } from "../names.ts";

/**
 * Workers announce themselves to the coordinator behind the headless discovery Service; the coordinator announces itself to
 * itself. One property serves both mechanisms: airlift's discovery server up to Trino 476 (on by default in a coordinator), and
 * `discovery.type=ANNOUNCE`, the default since 477, where `discovery-server.enabled` is fatal.
 */
export const discovery: Feature = {
  name: "discovery",
  layer: "feature",
  contribute: (cluster, role) => ({
    files: {
      "config.properties": {
        coordinator: String(role === "coordinator"),
        "discovery.uri": role === "coordinator" ? `http://localhost:${HTTP_PORT}` : coordinatorUrl(cluster),
      },
    },
  }),
};
