import { describe, expect, it } from "vitest";
import { fatalProperty } from "./properties-by-version.ts";

describe("a property that is fatal", () => {
  it.each([
    {
      name: "from the version that removed it on",
      property: "optimizer.optimize-hash-generation",
      place: { where: "config", version: 470 },
    },
    { name: "up to the version before it came", property: "otel.exporter.endpoint", place: { where: "config", version: 477 } },
    {
      name: "by the beginning of its name",
      property: "failure-detector.enabled",
      place: { where: "config", version: 477, role: "coordinator" },
    },
    { name: "on a worker only", property: "web-ui.enabled", place: { where: "config", version: 476, role: "worker" } },
    { name: "in a catalog", property: "hive.s3.endpoint", place: { where: "catalog", version: 481 } },
  ] as const)("is found $name, with a cure", ({ property, place }) => {
    expect(fatalProperty(property, place)?.cure).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    {
      name: "before the version that removed it",
      property: "optimizer.optimize-hash-generation",
      place: { where: "config", version: 469 },
    },
    { name: "from the version on in which it came", property: "otel.exporter.endpoint", place: { where: "config", version: 478 } },
    { name: "on the coordinator", property: "web-ui.enabled", place: { where: "config", version: 476, role: "coordinator" } },
    { name: "in the other kind of file", property: "hive.s3.endpoint", place: { where: "config", version: 481 } },
    { name: "when it only begins alike", property: "retry-attempts-more", place: { where: "config", version: 480 } },
  ] as const)("is not found $name", ({ property, place }) => expect(fatalProperty(property, place)).toBeUndefined());
});
