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
    ["null, which the server drops", { spec: { a: null } }, { spec: {} }, true],
    ["a list in the place of a map", { spec: { a: {} } }, { spec: [] }, false],
  ])("%s", (_, desired, live, expected) => {
    expect(isSubset(desired, live)).toBe(expected);
  });

  test("knows the keys of a custom kind's lists when told", () => {
    const [desired, live] = [{ pools: [{ id: "a" }] }, { pools: [{ id: "b" }, { id: "a" }] }];
    expect(isSubset(desired, live)).toBe(false);
    expect(isSubset(desired, live, { pools: ["id"] })).toBe(true);
  });

  test("holds for every value and itself", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isSubset(value, structuredClone(value))));
  });
});
