import { describe, expect, test } from "vitest";
import { createSharing, shareEqual } from "./sharing.ts";

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

interface Row {
  readonly name: string;
  readonly value: object;
  readonly kept: object;
  readonly shared: boolean;
}

describe("sharing equal parts", () => {
  test.each<Row>([
    { name: "a part that is equal is kept once", value: { a: { x: 1 }, b: 2 }, kept: { a: { x: 1 }, b: 3 }, shared: true },
    { name: "a part with a field more is not", value: { a: { x: 1, y: 2 } }, kept: { a: { x: 1 } }, shared: false },
    { name: "a part with a field less is not", value: { a: { x: 1 } }, kept: { a: { x: 1, y: 2 } }, shared: false },
    { name: "a list with one element more is not", value: { a: [1, 2] }, kept: { a: [1] }, shared: false },
    { name: "a list is no map of its indexes", value: { a: ["x"] }, kept: { a: { 0: "x" } }, shared: false },
    { name: "null is no empty map", value: { a: null }, kept: { a: {} }, shared: false },
    { name: "an inherited field is none", value: { a: { constructor: "x" } }, kept: { a: {} }, shared: false },
    { name: "an element of a list is kept once", value: { a: [{ x: 1 }], b: 0 }, kept: { a: [{ x: 1 }], b: 1 }, shared: true },
  ])("$name", ({ value, kept, shared }) => {
    const before = [copy(value), copy(kept)];
    const result = shareEqual(value, kept) as { a: unknown };
    expect([result, kept]).toEqual(before);
    expect(Object.is(result.a, (kept as { a: unknown }).a)).toBe(shared);
  });

  test("what is equal as a whole is the one that is kept", () => {
    const kept = { a: [{ x: "long enough to be worth it" }] };
    expect(shareEqual(copy(kept), kept)).toBe(kept);
  });

  test("an object shares with its last version, and a new one with its neighbour of the same label keys", () => {
    const share = createSharing();
    const thing = (name: string, labels: Record<string, string>) => ({
      apiVersion: "v1",
      kind: "Thing",
      metadata: { name, labels },
      spec: { ports: [{ port: 80 }] },
    });
    const first = share(thing("a", { app: "x" }), undefined) as ReturnType<typeof thing>;
    const neighbour = share(thing("b", { app: "y" }), undefined) as ReturnType<typeof thing>;
    const stranger = share(thing("c", { other: "x" }), undefined) as ReturnType<typeof thing>;
    const next = share(thing("c", { app: "x" }), stranger) as ReturnType<typeof thing>;
    expect([neighbour.spec === first.spec, stranger.spec === first.spec, next.spec === stranger.spec]).toEqual([true, false, true]);
    expect(neighbour.metadata).toEqual({ name: "b", labels: { app: "y" } });
  });
});
