/** How nodes trust each other. Source: https://trino.io/docs/current/security/internal-communication.html */
import type { Feature } from "../feature.ts";

const SHARED_SECRET_VARIABLE = "TRINO_INTERNAL_SHARED_SECRET";

/** The key of the internal Secret that holds the shared secret. */
const SHARED_SECRET_KEY = "shared-secret";

/** Without a secret anyone who knows `node.environment` could command the cluster. */
export const internalCommunication: Feature = {
  name: "internal-communication",
  layer: "feature",
  contribute: (cluster) => ({
    files: { "config.properties": { "internal-communication.shared-secret": `\${ENV:${SHARED_SECRET_VARIABLE}}` } },
    env: [{ name: SHARED_SECRET_VARIABLE, valueFrom: { secretKeyRef: { name: cluster.internalSecret.name, key: SHARED_SECRET_KEY } } }],
  }),
};
