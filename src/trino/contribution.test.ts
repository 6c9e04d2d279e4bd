import { describe, expect, it } from "vitest";
import { type Contribution, ContributionConflict, type Layer, merge, type NamedContribution } from "./contribution.ts";

function named(feature: string, layer: Layer, contribution: Contribution): NamedContribution {
  return { feature, layer, contribution };
}

function sets(feature: string, layer: Layer, value: string): NamedContribution {
  return named(feature, layer, { files: { "config.properties": { "task.concurrency": value } } });
}

describe("merge", () => {
  it.each([
    { name: "a feature beats a default", settings: [sets("a", "default", "1"), sets("b", "feature", "2")], winner: "b" },
    {
      name: "a feature beats a default in whatever order they come",
      settings: [sets("b", "feature", "2"), sets("a", "default", "1")],
      winner: "b",
    },
    { name: "an override beats a feature", settings: [sets("a", "override", "3"), sets("b", "feature", "2")], winner: "a" },
  ])("$name", ({ settings, winner }) => {
    expect(merge(settings).files["config.properties"]?.["task.concurrency"]?.origin.feature).toBe(winner);
  });

  it("remembers the feature and the field that set a key", () => {
    const contribution = { files: { "config.properties": { "query.max-memory": { value: "5GB", field: "spec.coordinator.config" } } } };
    const { files } = merge([named("config", "override", contribution)]);
    expect(files["config.properties"]?.["query.max-memory"]).toEqual({
      value: "5GB",
      origin: { feature: "config", layer: "override", field: "spec.coordinator.config" },
    });
  });

  it.each<{ name: string; first: Contribution; second: Contribution; message: string }>([
    {
      name: "one key of one file",
      first: { files: { "config.properties": { k: "1" } } },
      second: { files: { "config.properties": { k: "1" } } },
      message: "k in config.properties is set by both first and second",
    },
    {
      name: "one file",
      first: { texts: { "a.json": { kind: "text", text: "" } } },
      second: { texts: { "a.json": { kind: "text", text: "" } } },
      message: "file a.json is set by both first and second",
    },
    {
      name: "one variable",
      first: { env: [{ name: "A" }] },
      second: { secretEnv: { A: { kind: "Secret", name: "s", key: "k" } } },
      message: "environment variable A is set by both first and second",
    },
    {
      name: "one volume",
      first: { volumes: [{ name: "v" }] },
      second: { volumes: [{ name: "v" }] },
      message: "volume v is set by both first and second",
    },
    {
      name: "one mount path",
      first: { mounts: [{ name: "v", mountPath: "/v" }] },
      second: { mounts: [{ name: "w", mountPath: "/v" }] },
      message: "mount /v is set by both first and second",
    },
    {
      name: "one field of the pod",
      first: { pod: { a: 1 } },
      second: { pod: { a: 1 } },
      message: "pod field a is set by both first and second",
    },
  ])("refuses two features that set $name, though they agree", ({ first, second, message }) => {
    const both = [named("first", "feature", first), named("second", "feature", second)];
    expect(() => merge(both)).toThrow(new ContributionConflict(message.split(" is set")[0] ?? "", ["first", "second"]));
  });

  it("keeps lists in the order of the features", () => {
    const { jvm } = merge([named("a", "feature", { jvm: ["-server"] }), named("b", "override", { jvm: ["-Dx=y", "-Dz"] })]);
    expect(jvm.map(({ argument }) => argument)).toEqual(["-server", "-Dx=y", "-Dz"]);
  });
});
