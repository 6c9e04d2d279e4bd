import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../runtime/object.ts";
import { namesIn, spentConfiguration } from "./prune-metastore.ts";

const configMap = (name: string, secret?: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...(secret === undefined ? {} : { annotations: { "trino.trino-operator.io/configuration": `Secret/${secret}` } }) },
});

describe("spent configuration", () => {
  const spent = (configMaps: readonly KubernetesObject[], used: readonly string[]): readonly string[] =>
    spentConfiguration(configMaps, new Set(used)).map(({ configMap: { metadata }, secret }) => `${metadata.name} ${secret ?? "-"}`);

  it.each([
    { name: "is none while all of it is named", configMaps: [configMap("a", "s")], used: ["ConfigMap/a"], expected: [] },
    { name: "is a ConfigMap with its Secret", configMaps: [configMap("a", "s"), configMap("b")], used: ["ConfigMap/b"], expected: ["a s"] },
    { name: "leaves a Secret that a pod names", configMaps: [configMap("a", "s")], used: ["Secret/s"], expected: ["a -"] },
    {
      name: "leaves a Secret that goes with another ConfigMap too",
      configMaps: [configMap("a", "s"), configMap("b", "s")],
      used: ["ConfigMap/b"],
      expected: ["a -"],
    },
    { name: "does not mistake a Secret for a ConfigMap", configMaps: [configMap("a")], used: ["Secret/a"], expected: ["a -"] },
  ])("$name", ({ configMaps, used, expected }) => expect(spent(configMaps, used)).toEqual(expected));
});

it("finds what a pod names in volumes and variables of all its containers", () => {
  const names = namesIn({
    volumes: [
      { name: "a", configMap: { name: "a" } },
      { name: "b", secret: { secretName: "b" } },
      { name: "c", projected: { sources: [{ configMap: { name: "c" } }, { secret: { name: "d" } }] } },
    ],
    initContainers: [{ name: "first", env: [{ name: "E", valueFrom: { secretKeyRef: { name: "e", key: "k" } } }] }],
    containers: [
      {
        name: "main",
        env: [
          { name: "F", value: "plain" },
          { name: "G", valueFrom: { configMapKeyRef: { name: "g", key: "k" } } },
        ],
        envFrom: [{ secretRef: { name: "h" } }, { configMapRef: { name: "i" } }],
      },
    ],
  });
  expect(names.toSorted()).toEqual(
    ["ConfigMap/a", "Secret/b", "ConfigMap/c", "Secret/d", "Secret/e", "ConfigMap/g", "Secret/h", "ConfigMap/i"].toSorted(),
  );
});
