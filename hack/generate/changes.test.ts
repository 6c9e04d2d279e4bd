import { describe, expect, it } from "vitest";
import { z } from "zod";
import { addition, change } from "../../src/api/v1alpha1/change.ts";
import { changeRows, changesReference } from "./changes.ts";
import { structural } from "./structural.ts";

const optional = z.string().optional();
const fieldsOf = (spec: z.ZodType): readonly string[] => changeRows(structural(spec)).map(({ field }) => field);

/** Restarts by field. */
function restarts(spec: z.ZodType): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(changeRows(structural(spec)).map((row) => [row.field, row.restarts]));
}

describe("the rows of changes", () => {
  it("take what the nearest field above says", () => {
    const inner = z.object({ a: optional, b: optional.meta(change("none", "Nothing.")) });
    const outer = z.object({ inner: inner.optional().meta(change("workers", "Workers.")), c: optional }).meta(change("all", "All."));
    expect(restarts(z.object({ outer: outer.optional() }))).toEqual({
      "outer.inner.a": ["workers"],
      "outer.inner.b": ["none"],
      "outer.c": ["all"],
    });
  });

  it("are refused for a field that says nothing, by its path", () => {
    const spec = z.object({ said: optional.meta(change("none", "Nothing.")), role: z.object({ forgotten: optional }).optional() });
    expect(() => changeRows(structural(spec))).toThrow(/^spec\.role\.forgotten does not say/);
  });

  it("go into maps, but neither into lists nor into objects of which nothing may be left out", () => {
    const reference = z.object({ name: z.string(), key: z.string() });
    const spec = z
      .object({
        map: z.record(z.string(), z.object({ text: optional, reference: reference.optional() })).optional(),
        list: z.array(z.object({ name: z.string(), value: optional })).optional(),
        plain: z.record(z.string(), z.string()).optional(),
        open: z.looseObject({}).optional(),
      })
      .meta(change("all", "All."));
    expect(fieldsOf(spec)).toEqual(["map.<name>.text", "map.<name>.reference", "list", "plain", "open"]);
  });

  it("tell what adding the whole does beside what its fields do", () => {
    const entry = z.object({ a: optional }).meta(addition("all", "It is seen later."));
    const spec = z.object({
      map: z.record(z.string(), entry).meta(change("workers", "Workers.")),
      b: optional.meta(change("none", "No.")),
    });
    expect(changeRows(structural(spec))).toEqual([
      { field: "map.<name>", whole: true, restarts: ["all"], effect: "It is seen later." },
      { field: "map.<name>.a", whole: false, restarts: ["workers"], effect: "Workers." },
      { field: "b", whole: false, restarts: ["none"], effect: "No." },
    ]);
  });
});

describe("the page of changes", () => {
  it("gathers fields of which the same is said, section by section", () => {
    const both = change(["metastore", "all"], "Both.");
    const role = z.object({ a: optional, b: optional.meta(both), c: optional }).meta(change("workers", "Workers."));
    const spec = z.object({ role: role.optional(), alone: optional.meta(change("fixed", "Never.")) });
    expect(changesReference(structural(spec))).toContain(`
## spec

| field | restarts | what happens |
| --- | --- | --- |
| \`alone\` | \`fixed\` | Never. |

## spec.role

| field | restarts | what happens |
| --- | --- | --- |
| \`role.a\`<br>\`role.c\` | \`workers\` | Workers. |
| \`role.b\` | \`metastore\`, \`all\` | Both. |
`);
  });
});
