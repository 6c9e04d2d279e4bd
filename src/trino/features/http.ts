/** The HTTP server of a node. Source: https://trino.io/docs/current/admin/properties-http-server.html */
import type { Feature } from "../feature.ts";
import { HTTP_PORT } from "../names.ts";

/** The port, spelled as the image's health check greps for it. */
export const http: Feature = {
  name: "http",
  layer: "feature",
  contribute: () => ({
    files: { "config.properties": { "http-server.http.enabled": "true", "http-server.http.port": String(HTTP_PORT) } },
  }),
};

/** No request log: it grows to 1.5 GB in the data directory of a pod, where nobody reads it. */
export const requestLog: Feature = {
  name: "request-log",
  layer: "default",
  contribute: () => ({ files: { "config.properties": { "http-server.log.enabled": "false" } } }),
};
