/** When the applier writes and what it tells, against a server that answers what it is sent. What a real one does stands in test/contract/apply.test.ts. */
import { describe, expect, test } from "vitest";
import { ApiError, isConflict, TerminalError } from "./api-error.ts";
import type { ApplyOptions, Client } from "./client.ts";
import type { KubernetesObject, ResourceType } from "./object.ts";
import { type ApplierOptions, createApplier } from "./server-side-apply.ts";

const THING: ResourceType = { apiVersion: "v1", kind: "Thing", plural: "things", namespaced: true };
const HASH = "example.com/applied";

type Thing = KubernetesObject & { readonly spec?: object; readonly status?: object };
const thing = (spec: object, name = "a"): Thing => ({ apiVersion: "v1", kind: "Thing", metadata: { namespace: "n", name }, spec });

/** `answer` is what the server makes of what it is sent. */
function start(options: Partial<ApplierOptions> = {}, answer: (object: Thing) => Thing = (object) => object) {
  const sent: { readonly object: Thing; readonly options: ApplyOptions }[] = [];
  const told: string[] = [];
  const kept: KubernetesObject[] = [];
  let version = 0;
  const apply = async (_type: ResourceType, object: Thing, how: ApplyOptions): Promise<Thing> => {
    sent.push({ object, options: how });
    const made = answer(object);
    return { ...made, metadata: { uid: `uid of ${made.metadata.name}`, ...made.metadata, resourceVersion: String(++version) } };
  };
  const applier = createApplier({ apply } as unknown as Client, {
    fieldManager: "us",
    hashAnnotation: HASH,
    lookup: () => undefined,
    put: (_type, object) => kept.push(object),
    onWrite: ({ kind }, { namespace, name }, existed) => told.push(`${kind} ${namespace}/${name} ${existed ? "changed" : "made"}`),
    ...options,
  });
  return { applier, sent, told, kept };
}

describe("the applier", () => {
  test("sends an object with the hash beside its own annotations, takes every field by force, and tells of it", async () => {
    const { applier, sent, told, kept } = start();
    const desired = { ...thing({ a: 1 }), metadata: { namespace: "n", name: "a", annotations: { x: "y" } } };
    const live = await applier.apply(THING, desired);
    const annotations = { x: "y", [HASH]: expect.stringMatching(/^[0-9a-f]{32}$/u) };
    const object = { ...desired, metadata: { ...desired.metadata, annotations } };
    expect(sent).toEqual([{ object, options: { fieldManager: "us", force: true } }]);
    expect(told).toEqual(["Thing n/a made"]);
    expect(kept).toEqual([live]);
  });

  test("needs nobody to tell", async () => {
    const apply = async (_type: ResourceType, object: Thing): Promise<Thing> => object;
    const applier = createApplier({ apply } as unknown as Client, { fieldManager: "us", hashAnnotation: HASH, lookup: () => undefined });
    await expect(applier.apply(THING, thing({}))).resolves.toMatchObject({ kind: "Thing" });
    await expect(applier.applyStatus(THING, thing({}), { a: 1 })).resolves.toMatchObject({ status: { a: 1 } });
  });

  test("makes an object only where there is none, by a version that no object has", async () => {
    const { applier, sent, told, kept } = start();
    const made = await applier.create(THING, thing({ a: 1 }));
    expect(sent).toEqual([
      {
        object: {
          ...thing({ a: 1 }),
          metadata: { namespace: "n", name: "a", resourceVersion: "1", annotations: { [HASH]: expect.any(String) } },
        },
        options: { fieldManager: "us", force: true },
      },
    ]);
    expect([told, kept]).toEqual([["Thing n/a made"], [made]]);
    expect(await applier.apply(THING, thing({ a: 1 }), made)).toBe(made);
  });

  test("changes only the object that it knows, and nothing that has its name", async () => {
    const { applier, sent } = start();
    const live = await applier.apply(THING, thing({ a: 1 }));
    await applier.apply(THING, thing({ a: 2 }), live);
    expect(sent.map(({ object }) => object.metadata.uid)).toEqual([undefined, "uid of a"]);
  });

  test("calls it a conflict that an object of that name is another one", async () => {
    const causes = [{ field: "metadata.uid", message: "field is immutable" }];
    const { applier } = start({}, () => {
      throw new ApiError({ reason: "Invalid", details: { causes } }, { method: "PATCH", path: "/", code: 422 });
    });
    await expect(applier.apply(THING, thing({ a: 1 }))).rejects.toSatisfy(isConflict);
  });

  test("looks in the cache for what it was not given, and returns that when it is right", async () => {
    const asked: string[] = [];
    const first = start();
    const live = await first.applier.apply(THING, thing({ a: 1 }));
    const lookup: ApplierOptions["lookup"] = ({ kind }, { namespace, name }) => {
      asked.push(`${kind} ${namespace}/${name}`);
      return live;
    };
    const { applier, sent, told } = start({ lookup });
    expect(await applier.apply(THING, thing({ a: 1 }))).toBe(live);
    expect([sent, asked]).toEqual([[], ["Thing n/a"]]);
    await applier.apply(THING, thing({ a: 2 }));
    expect(told).toEqual(["Thing n/a changed"]);
  });

  test.each([
    ["is as it was applied", (live: Thing): Thing => live, 0],
    ["got a field of others", (live: Thing): Thing => ({ ...live, status: { b: 1 } }), 0],
    ["lost a field of ours", (live: Thing): Thing => ({ ...live, spec: {} }), 1],
    ["lost its annotations", (live: Thing): Thing => ({ ...live, metadata: { namespace: "n", name: "a", uid: "uid of a" } }), 1],
    ["has the hash of another", (live: Thing): Thing => ({ ...live, metadata: { ...live.metadata, annotations: { [HASH]: "0" } } }), 1],
  ])("writes only when it must: the live object %s", async (_, change, writes) => {
    const { applier, sent } = start();
    const live = change(await applier.apply(THING, thing({ a: 1 })));
    // A version that the applier has not seen: it knows nothing of this object but what it reads.
    await applier.apply(THING, thing({ a: 1 }), { ...live, metadata: { ...live.metadata, resourceVersion: "99" } });
    expect(sent).toHaveLength(1 + writes);
  });

  test("writes when a field of ours has to go, though the live object has all others", async () => {
    const { applier, sent } = start();
    const live = await applier.apply(THING, thing({ a: 1, b: 2 }));
    await applier.apply(THING, thing({ a: 1 }), live);
    expect(sent).toHaveLength(2);
  });

  test("lets others add to a list of a custom kind that is named", async () => {
    const { applier, sent } = start({ mergedLists: ["pools"] });
    const live = await applier.apply(THING, thing({ pools: ["ours"] }));
    await applier.apply(THING, thing({ pools: ["ours"] }), {
      ...live,
      metadata: { ...live.metadata, resourceVersion: "99" },
      spec: { pools: ["theirs", "ours"] },
    });
    expect(sent).toHaveLength(1);
  });

  test("does not write for ever what the server writes otherwise, but once more when it has changed since", async () => {
    const rewrites = (object: Thing): Thing => ({ ...object, spec: { a: "as the server writes it" } });
    const { applier, sent } = start({}, rewrites);
    const live = await applier.apply(THING, thing({ a: 1 }));
    expect(await applier.apply(THING, thing({ a: 1 }), live)).toBe(live);
    expect(sent).toHaveLength(1);
    await applier.apply(THING, thing({ a: 1 }), { ...live, metadata: { ...live.metadata, resourceVersion: "99" } });
    expect(sent).toHaveLength(2);
    await applier.apply(THING, thing({ a: 1 }), { ...live, metadata: { ...live.metadata, uid: "of a namesake" } });
    expect(sent).toHaveLength(3);
  });

  test("remembers the last 10,000 objects that it wrote, and no more", async () => {
    const rewrites = (object: Thing): Thing => ({ ...object, spec: { a: "as the server writes it" } });
    const { applier, sent } = start({}, rewrites);
    await applier.apply(THING, thing({}, "first"));
    const second = await applier.apply(THING, thing({ a: 1 }, "second"));
    const third = await applier.apply(THING, thing({ a: 1 }, "third"));
    // Written again, the second is younger than the third.
    const again = await applier.apply(THING, thing({ a: 2 }, "second"), second);
    for (let index = 0; index < 9_999; index++) await applier.apply(THING, thing({ a: 1 }, `thing-${index}`));
    const before = sent.length;
    await applier.apply(THING, thing({ a: 2 }, "second"), again);
    expect(sent).toHaveLength(before);
    await applier.apply(THING, thing({ a: 1 }, "third"), third);
    expect(sent).toHaveLength(before + 1);
  });

  test("says what the server refuses, and passes any other error on", async () => {
    const refuse = (code: number, reason: string) => () => {
      const status = { reason, message: "no", details: { causes: [{ field: "spec.a", message: "is wrong" }] } };
      throw new ApiError(status, { method: "PATCH", path: "/things/a", code });
    };
    const invalid = start({}, refuse(422, "Invalid"));
    const error = await invalid.applier.apply(THING, thing({})).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TerminalError);
    expect(String(error)).toContain("Thing n/a was refused: spec.a: is wrong");
    const status = await invalid.applier.applyStatus(THING, thing({}), { a: 1 }).catch((caught: unknown) => caught);
    expect(String(status)).toContain("Thing n/a was refused: spec.a: is wrong");
    await expect(start({}, refuse(409, "Conflict")).applier.apply(THING, thing({}))).rejects.toBeInstanceOf(ApiError);
    expect([invalid.told, invalid.kept]).toEqual([[], []]);
  });
});

describe("the applier of a status", () => {
  const live: Thing = { ...thing({ a: 1 }), metadata: { namespace: "n", name: "a", uid: "1", resourceVersion: "5", labels: { x: "y" } } };

  test("sends the whole status and nothing else, for the version that was seen", async () => {
    const { applier, sent, told, kept } = start();
    const answer = await applier.applyStatus(THING, live, { ready: true, gone: undefined });
    const metadata = { namespace: "n", name: "a", resourceVersion: "5" };
    expect(sent).toEqual([
      {
        object: { apiVersion: "v1", kind: "Thing", metadata, status: { ready: true } },
        options: { fieldManager: "us", force: true, subresource: "status" },
      },
    ]);
    expect(sent[0]?.object.status).toStrictEqual({ ready: true });
    expect(told).toEqual(["Thing n/a changed"]);
    expect(kept).toEqual([answer]);
  });

  test("writes none that is equal, but one that has a field less", async () => {
    const { applier, sent } = start();
    const seen = { ...live, status: { ready: true, more: 1 } };
    expect(await applier.applyStatus(THING, seen, { ready: true, more: 1, gone: undefined })).toBe(seen);
    expect(sent).toHaveLength(0);
    await applier.applyStatus(THING, seen, { ready: true });
    expect(sent).toHaveLength(1);
  });

  test("does not write for ever what the server writes otherwise, whatever is applied of the object", async () => {
    const uid = "uid of a";
    const { applier, sent } = start({}, (object) => ({ ...object, ...(object.status ? { status: { rewritten: true } } : {}) }));
    await applier.apply(THING, thing({ a: 1 }));
    const answer = await applier.applyStatus(THING, { ...live, metadata: { ...live.metadata, uid } }, { ready: true });
    expect(await applier.applyStatus(THING, answer, { ready: true })).toBe(answer);
    expect(sent).toHaveLength(2);
  });

  test.each([
    ["newer", { uid: "1", resourceVersion: "12" }, "12"],
    ["older", { uid: "1", resourceVersion: "4" }, "5"],
    ["the same", { uid: "1", resourceVersion: "5" }, "5"],
    ["that of a namesake", { uid: "2", resourceVersion: "12" }, "5"],
  ])("is for the newest version of the object that is known: the cache's is %s", async (_, metadata, expected) => {
    const cached = { ...live, metadata: { ...live.metadata, ...metadata } };
    const { applier, sent } = start({ lookup: () => cached });
    await applier.applyStatus(THING, live, { ready: true });
    expect(sent[0]?.object.metadata.resourceVersion).toBe(expected);
  });
});
