import { describe, expect, test } from "vitest";
import { remove, replace, upsert } from "./cache.ts";
import type { KubernetesObject } from "./object.ts";
import { createObjectStore } from "./object-store.ts";
import { compareVersions } from "./resource-version.ts";

const object = (name: string, uid: string, resourceVersion: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { namespace: "n", name, uid, resourceVersion },
});
const kinds = (changes: readonly { kind: string; object: KubernetesObject }[]) =>
  changes.map((change) => [change.kind, change.object.metadata.uid, change.object.metadata.resourceVersion]);
const everything = () => true;

function storeWith(...objects: KubernetesObject[]) {
  const store = createObjectStore<KubernetesObject>({ uid: ({ metadata: { uid = "" } }) => [uid] });
  for (const each of objects) upsert(store, each);
  return store;
}

describe("the cache", () => {
  test("never goes back: an older event is dropped", () => {
    const store = storeWith(object("a", "1", "100"));
    expect(upsert(store, object("a", "1", "99"))).toEqual([]);
    expect(store.get({ namespace: "n", name: "a" })?.metadata.resourceVersion).toBe("100");
  });

  test("drops the echo of an own write", () => {
    expect(upsert(storeWith(object("a", "1", "100")), object("a", "1", "100"))).toEqual([]);
  });

  test("shows an object that was made again as deleted, then added", () => {
    expect(kinds(upsert(storeWith(object("a", "1", "9")), object("a", "2", "10")))).toEqual([
      ["deleted", "1", "9"],
      ["added", "2", "10"],
    ]);
  });

  test("keeps a namesake when the delete of its predecessor arrives late", () => {
    const store = storeWith(object("a", "2", "20"));
    expect(remove(store, object("a", "1", "15"))).toEqual([]);
    expect(store.size).toBe(1);
  });

  test("derives the deletes of a list, but spares an own write that is newer than the list", () => {
    const store = storeWith(object("gone", "1", "10"), object("mine", "2", "60"), object("kept", "3", "11"));
    const list = {
      objects: [object("kept", "3", "11"), object("new", "4", "40")],
      resourceVersion: "50",
      covers: everything,
      force: false,
    };
    expect(kinds(replace(store, list))).toEqual([
      ["deleted", "1", "10"],
      ["added", "4", "40"],
    ]);
    expect(
      store
        .list()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(["kept", "mine", "new"]);
  });

  test("derives deletes only where the list looked", () => {
    const store = storeWith(object("a", "1", "10"));
    expect(replace(store, { objects: [], resourceVersion: "50", covers: () => false, force: false })).toEqual([]);
  });

  test("goes back when the server's history was put back", () => {
    const store = storeWith(object("a", "1", "100"), object("b", "2", "90"));
    expect(kinds(replace(store, { objects: [object("a", "1", "40")], resourceVersion: "50", covers: everything, force: true }))).toEqual([
      ["deleted", "2", "90"],
      ["modified", "1", "40"],
    ]);
  });

  test("finds objects by index, also after they changed or went", () => {
    const store = storeWith(object("a", "1", "1"), object("b", "2", "2"));
    upsert(store, object("a", "3", "3"));
    remove(store, object("b", "2", "4"));
    expect(["1", "2", "3"].map((uid) => store.byIndex("uid", uid).length)).toEqual([0, 0, 1]);
    expect(() => store.byIndex("nope", "x")).toThrow("no index nope");
  });
});

test.each([
  ["9", "10", -1],
  ["10", "9", 1],
  ["5", "5", 0],
  [undefined, "1", -1],
  ["18446744073709551616", "18446744073709551615", 1],
] as const)("version %s compared with %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
