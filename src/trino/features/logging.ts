/** Logs on standard output. Source: https://trino.io/docs/current/admin/properties-logging.html */
import type { Feature } from "../feature.ts";

/** The first version that can write JSON to standard output; before it only files had a format. */
export const FIRST_VERSION_WITH_JSON_CONSOLE = 471;

/** Trino's own level where the user asks for nothing. */
export const defaultLogLevel: Feature = {
  name: "default-log-level",
  layer: "default",
  contribute: () => ({ files: { "log.properties": { "io.trino": "INFO" } } }),
};

/** Levels by logger and the format of a line. */
export const logging: Feature = {
  name: "logging",
  layer: "feature",
  contribute: ({ logging: { levels, format }, version }) => ({
    files: {
      "log.properties": Object.fromEntries(
        Object.entries(levels).map(([logger, level]) => [logger, { value: level, field: `spec.logging.levels[${logger}]` }]),
      ),
      ...(format === "json" && version >= FIRST_VERSION_WITH_JSON_CONSOLE
        ? { "config.properties": { "log.console-format": { value: "JSON", field: "spec.logging.format" } } }
        : {}),
    },
  }),
};
