import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSubset } from "./subset.ts";

describe("isSubset", () => {
  test.each([
    ["defaults that the server added", { spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: {} }, true],
    ["a changed value", { spec: { a: 1 } }, { spec: { a: 2 } }, false],
    ["a value that went", { spec: { a: 1 } }, { spec: {} }, false],
    ["an undefined field", { spec: { a: undefined } }, { spec: {} }, true],
    ["an empty map that the server dropped", { spec: { a: {} } }, { spec: {} }, true],
    [
      "a sidecar that somebody injected in front",
      { containers: [{ name: "t", image: "x" }] },
      { containers: [{ name: "s" }, { name: "t", image: "x", pullPolicy: "p" }] },
      true,
    ],
    [
      "a container whose image somebody changed",
      { containers: [{ name: "t", image: "x" }] },
      { containers: [{ name: "t", image: "y" }] },
      false,
    ],
    ["an environment variable more", { env: [{ name: "A", value: "1" }] }, { env: [{ name: "B" }, { name: "A", value: "1" }] }, true],
    ["an argument more, in a list that is replaced as a whole", { args: ["a"] }, { args: ["a", "b"] }, false],
    ["other arguments", { args: ["a"] }, { args: ["b"] }, false],
    [
      "a toleration more, in a list that is replaced as a whole",
      { tolerations: [{ key: "a" }] },
      { tolerations: [{ key: "a" }, { key: "b" }] },
      false,
    ],
    ["a finalizer more", { finalizers: ["a"] }, { finalizers: ["b", "a"] }, true],
    ["a finalizer that went", { finalizers: ["a"] }, { finalizers: ["b"] }, false],
    ["a port with the default protocol", { ports: [{ port: 80 }] }, { ports: [{ port: 80, protocol: "TCP", targetPort: 80 }] }, true],
    [
      "a container port of another protocol",
      { ports: [{ containerPort: 80, protocol: "UDP" }] },
      { ports: [{ containerPort: 80, protocol: "TCP" }] },
      false,
    ],
    [
      "a quantity written otherwise",
      { resources: { limits: { cpu: "1000m", memory: "1024Mi" } } },
      { resources: { limits: { cpu: "1", memory: "1Gi" } } },
      true,
    ],
    ["another quantity", { resources: { limits: { cpu: "1000m" } } }, { resources: { limits: { cpu: "2" } } }, false],
    ["what looks like a quantity elsewhere", { data: { cpu: "1000m" } }, { data: { cpu: "1" } }, false],
    ["a port that went", { ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 81, protocol: "TCP" }] }, false],
    ["a port that somebody added", { ports: [{ port: 80, protocol: "TCP" }] }, { ports: [{ port: 81 }, { port: 80 }] }, true],
    ["a port of the same number that somebody added", { ports: [{ port: 80 }] }, { ports: [{ port: 80, protocol: "UDP" }] }, false],
    ["a list of ports that are numbers", { ports: [80] }, { ports: [80] }, true],
    ["an empty list that the server dropped", { args: [] }, {}, true],
    ["an empty list in the place of a full one", { args: [] }, { args: ["a"] }, false],
    ["a full list that went", { args: ["a"] }, {}, false],
    ["a full map that went", { spec: { a: 1 } }, {}, false],
    ["a map in the place of a list", { args: ["a"] }, { args: { 0: "a", length: 1 } }, false],
    ["a text in the place of a map", { spec: { a: 1 } }, { spec: "a" }, false],
    ["null in the place of a map", { spec: { a: 1 } }, { spec: null }, false],
    ["a text that went, which no empty value is", { a: "" }, {}, false],
    ["elements in another order, in a list that is replaced as a whole", { args: ["a", "b"] }, { args: ["b", "a"] }, false],
    ["a quantity in a list below a map of quantities", { limits: { a: ["1000m"] } }, { limits: { a: ["1"] } }, false],
    ["null, which the server drops", { spec: { a: null } }, { spec: {} }, true],
    ["a list in the place of a map", { spec: { a: {} } }, { spec: [] }, false],
  ])("%s", (_, desired, live, expected) => {
    expect(isSubset(desired, live)).toBe(expected);
  });

  test("knows the lists of a custom kind to which others may add, when told", () => {
    const [desired, live] = [{ pools: [{ id: "a" }] }, { pools: [{ id: "b" }, { id: "a" }] }];
    expect(isSubset(desired, live)).toBe(false);
    expect(isSubset(desired, live, ["pools"])).toBe(true);
  });

  test.each([
    "containers",
    "initContainers",
    "volumes",
    "env",
    "volumeMounts",
    "volumeDevices",
    "imagePullSecrets",
    "hostAliases",
    "topologySpreadConstraints",
    "ownerReferences",
    "conditions",
    "resourceClaims",
    "ports",
    "finalizers",
  ])("lets others add to %s, and misses an element of ours there", (field) => {
    const [ours, other] = [{ name: "ours" }, { name: "other" }];
    expect(isSubset({ [field]: [ours] }, { [field]: [other, ours] })).toBe(true);
    expect(isSubset({ [field]: [ours, other] }, { [field]: [other] })).toBe(false);
  });

  test.each([
    ["1000m", "1"],
    ["1000000u", "1"],
    ["1000000000n", "1"],
    ["1k", "1000"],
    ["1M", "1000k"],
    ["1G", "1000M"],
    ["1T", "1000G"],
    ["1P", "1000T"],
    ["1E", "1000P"],
    ["1Ki", "1024"],
    ["1Mi", "1024Ki"],
    ["1Gi", "1024Mi"],
    ["1Ti", "1024Gi"],
    ["1Pi", "1024Ti"],
    ["1Ei", "1024Pi"],
    ["1e3", "1k"],
    ["1E+3", "1000"],
    ["15e-1", "1.5"],
    ["0.1", "100m"],
    ["-1", "-1000m"],
    ["+1", "1"],
    [1, "1"],
    ["0", "0m"],
  ])("takes %s for %s in a map of quantities, and for nothing near it", (a, b) => {
    for (const map of ["limits", "requests", "hard"]) {
      expect(isSubset({ [map]: { x: a } }, { [map]: { x: b } })).toBe(true);
      expect(isSubset({ [map]: { x: b } }, { [map]: { x: a } })).toBe(true);
      expect(isSubset({ [map]: { x: a } }, { [map]: { x: `${b}1` } })).toBe(false);
    }
  });

  test.each([
    ["1", "1.000001"],
    ["1000000m", "1000001m"],
    ["a", "b"],
    ["1", "a"],
    ["a", "1"],
    ["1Xi", "2Xi"],
    ["1Xi", "1.0Xi"],
    ["x1", "1"],
    ["1", "1 "],
    ["1", "1Mib"],
    ["1", undefined],
  ])("does not take %s for %s", (a, b) => {
    expect(isSubset({ limits: { x: a } }, { limits: { x: b } })).toBe(false);
  });

  test("holds for every value and itself", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isSubset(value, structuredClone(value))));
  });
});
