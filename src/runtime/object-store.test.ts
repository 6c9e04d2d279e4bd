import { describe, expect, test } from "vitest";
import type { KubernetesObject } from "./object.ts";
import { createObjectStore } from "./object-store.ts";

type Thing = KubernetesObject & { readonly owners?: readonly string[] };
const thing = (name: string, owners: readonly string[] = [], namespace = "n"): Thing => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { namespace, name },
  owners,
});

describe("the object store", () => {
  const newStore = () =>
    createObjectStore<Thing>({ owner: ({ owners = [] }) => owners, letter: ({ metadata }) => [metadata.name.charAt(0)] });
  const namesOf = (things: readonly Thing[]) => things.map(({ metadata }) => metadata.name);

  test("finds an object by name and namespace, and by each value of each index", () => {
    const store = newStore();
    const [a, b] = [thing("a1", ["x", "y"]), thing("a2", ["y"])];
    for (const each of [a, b, thing("a1", [], "other")]) store.set(each);
    expect(store.get({ namespace: "n", name: "a1" })).toBe(a);
    expect(store.get({ namespace: "n", name: "none" })).toBeUndefined();
    expect([store.byIndex("owner", "x"), store.byIndex("owner", "y"), store.byIndex("owner", "z")]).toEqual([[a], [a, b], []]);
    expect(store.byIndex("letter", "a")).toHaveLength(3);
    expect(store.size).toBe(3);
  });

  test("moves an object in the indexes when it is set again, and takes it out when it is deleted", () => {
    const store = newStore();
    store.set(thing("a", ["x"]));
    const again = thing("a", ["y"]);
    store.set(again);
    expect([store.byIndex("owner", "x"), store.byIndex("owner", "y"), store.size]).toEqual([[], [again], 1]);
    store.set(thing("b", ["y"]));
    store.delete(again);
    expect([namesOf(store.byIndex("owner", "y")), namesOf(store.list()), store.size]).toEqual([["b"], ["b"], 1]);
    store.delete(thing("none", ["y"]));
    expect([namesOf(store.byIndex("owner", "y")), store.size]).toEqual([["b"], 1]);
  });

  test("gives the same list until something changes, and then another one", () => {
    const store = newStore();
    store.set(thing("a"));
    const first = store.list();
    expect(store.list()).toBe(first);
    store.set(thing("b"));
    expect([namesOf(first), namesOf(store.list())]).toEqual([["a"], ["a", "b"]]);
    const second = store.list();
    store.delete(thing("none"));
    expect(store.list()).toBe(second);
    store.delete(thing("a"));
    expect(namesOf(store.list())).toEqual(["b"]);
  });

  test("says that an index is not there", () => {
    expect(() => createObjectStore().byIndex("owner", "x")).toThrow("no index owner");
  });
});
