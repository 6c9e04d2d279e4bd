import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POD_TEMPLATE } from "./merge-keys.ts";
import { type JsonObject, PatchInvalid, strategicMerge } from "./strategic-merge.ts";

const TEMPLATE: JsonObject = {
  metadata: { labels: { a: "1", b: "2" } },
  spec: {
    containers: [
      {
        name: "trino",
        image: "trino",
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
        command: ["x", "y"],
      },
      { name: "sidecar", image: "sidecar" },
    ],
    tolerations: [{ key: "k" }],
    volumes: [{ name: "data", emptyDir: {} }],
  },
};

function merged(patch: JsonObject): JsonObject {
  return strategicMerge(TEMPLATE, patch, POD_TEMPLATE);
}

function spec(patch: JsonObject): JsonObject {
  return merged({ spec: patch })["spec"] as JsonObject;
}

describe("a strategic merge patch", () => {
  it.each<{ name: string; patch: JsonObject; field: string; expected: unknown }>([
    { name: "adds a field", patch: { hostNetwork: true }, field: "hostNetwork", expected: true },
    {
      name: "replaces a list without a merge key",
      patch: { tolerations: [{ key: "other" }] },
      field: "tolerations",
      expected: [{ key: "other" }],
    },
    { name: "removes a field by null", patch: { tolerations: null }, field: "tolerations", expected: undefined },
    {
      name: "merges an item by its key, a new one before those that it does not name",
      patch: { volumes: [{ name: "more", emptyDir: {} }] },
      field: "volumes",
      expected: [
        { name: "more", emptyDir: {} },
        { name: "data", emptyDir: {} },
      ],
    },
    { name: "removes an item", patch: { volumes: [{ name: "data", $patch: "delete" }] }, field: "volumes", expected: [] },
    {
      name: "replaces a keyed list",
      patch: { volumes: [{ $patch: "replace" }, { name: "only", emptyDir: {} }] },
      field: "volumes",
      expected: [{ name: "only", emptyDir: {} }],
    },
  ])("$name", ({ patch, field, expected }) => expect(spec(patch)[field]).toEqual(expected));

  it("merges containers and, in them, environment and the rest", () => {
    const patch = {
      containers: [
        {
          name: "trino",
          command: ["z"],
          env: [
            { name: "B", value: "3" },
            { name: "C", value: "4" },
          ],
        },
      ],
    };
    expect(spec(patch)["containers"]).toEqual([
      {
        name: "trino",
        image: "trino",
        command: ["z"],
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "3" },
          { name: "C", value: "4" },
        ],
      },
      { name: "sidecar", image: "sidecar" },
    ]);
  });

  it("replaces an object by a directive", () => {
    expect(merged({ metadata: { labels: { $patch: "replace", c: "3" } } })["metadata"]).toEqual({ labels: { c: "3" } });
  });

  it.each<{ name: string; patch: JsonObject }>([
    { name: "an item without the key of its list", patch: { spec: { containers: [{ image: "x" }] } } },
    { name: "an item that is no object", patch: { spec: { containers: ["x"] } } },
    { name: "a directive that is not known", patch: { spec: { $setElementOrder: [] } } },
    { name: "a value of $patch that is not known", patch: { metadata: { $patch: "remove" } } },
  ])("refuses $name", ({ patch }) => expect(() => merged(patch)).toThrow(PatchInvalid));
});

describe("for any pod template and patch", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const items = fc.uniqueArray(fc.record({ name, value: fc.nat() }), { selector: (item) => item.name });
  const template = fc.record({
    spec: fc.record({ containers: fc.uniqueArray(fc.record({ name, env: items }), { selector: (item) => item.name }), volumes: items }),
  });

  it("changes neither the template nor the patch", () => {
    fc.assert(
      fc.property(template, template, (original, patch) => {
        const before = JSON.stringify([original, patch]);
        strategicMerge(original, patch, POD_TEMPLATE);
        expect(JSON.stringify([original, patch])).toBe(before);
      }),
    );
  });

  it("changes nothing when it is applied again", () => {
    fc.assert(
      fc.property(template, template, (original, patch) => {
        const once = strategicMerge(original, patch, POD_TEMPLATE);
        expect(strategicMerge(once, patch, POD_TEMPLATE)).toEqual(once);
      }),
    );
  });
});
