import { describe, expect, it } from "vitest";
import { compareSchemaVersions, schemaVersionOf } from "./hive-versions.ts";

describe("the schema of Hive", () => {
  it.each([
    // What `schematool -info` of these releases calls its own: 3.1.3 and 4.0.1 were run, the others are the scripts that Hive has.
    { hive: "2.3.9", schema: "2.3.0" },
    { hive: "3.0.0", schema: "3.0.0" },
    { hive: "3.1.0", schema: "3.1.0" },
    { hive: "3.1.3", schema: "3.1.0" },
    { hive: "4.0.0", schema: "4.0.0" },
    { hive: "4.0.1", schema: "4.0.0" },
    { hive: "4.1.0", schema: "4.1.0" },
    { hive: "4.2.0", schema: "4.2.0" },
    { hive: "4.2.1", schema: "4.2.0" },
    { hive: "4.0.0-beta-1", schema: "4.0.0-beta-1" },
    { hive: "7.1.0.0", schema: "7.1.0.0" },
  ])("$hive is $schema", ({ hive, schema }) => expect(schemaVersionOf(hive)).toBe(schema));

  it("is in the order in which Hive's own upgrade scripts are", () => {
    const order = [
      "2.3.0",
      "3.0.0",
      "3.1.0",
      "3.2.0",
      "4.0.0-alpha-1",
      "4.0.0-alpha-2",
      "4.0.0-beta-1",
      "4.0.0",
      "4.1.0",
      "4.2.0",
      "4.10.0",
    ];
    expect(order.toReversed().toSorted(compareSchemaVersions)).toEqual(order);
    for (const version of order) expect(compareSchemaVersions(version, version)).toBe(0);
  });
});
