import { expect, test } from "vitest";
import type { Schema } from "../../hack/generate/schema.ts";
import { structural } from "../../hack/generate/structural.ts";
import { trinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import { type Example, examples, objectOf } from "./examples.ts";
import { brokenRules, parses, withDefaults } from "./judge.ts";

const schema = structural(trinoCluster);
const messages = rulesBelow(schema).map(({ message }) => message);

/** Kubernetes 1.25 does not know these. */
const newerThan125 = /quantity\(|format\(|optionalOldSelf|messageExpression|isQuantity|url\(|ip\(|cidr\(/;

function rulesBelow(node: Schema): { rule: string; message: string }[] {
  const children = [...Object.values(node.properties ?? {}), node.items, node.additionalProperties];
  return [...(node["x-kubernetes-validations"] ?? []), ...children.flatMap((child) => (child ? rulesBelow(child) : []))];
}

test.each(rulesBelow(schema))("$rule is CEL that Kubernetes 1.25 knows", ({ rule }) => {
  expect(parses(rule)).toBe(true);
  expect(rule).not.toMatch(newerThan125);
});

function broken(example: Example): string[] {
  const was = example.was && withDefaults(schema, objectOf(example, example.was));
  return brokenRules(schema, withDefaults(schema, objectOf(example, example.spec)), was);
}

test.each(examples.filter(({ refused }) => refused === undefined))("$name", (example) => {
  expect(broken(example)).toEqual([]);
});

const refusedByRule = examples.filter(({ refused }) => refused !== undefined && messages.some((message) => message.includes(refused)));

test.each(refusedByRule)("$name", (example) => {
  expect(broken(example)).toEqual([expect.stringContaining(example.refused ?? "")]);
});

test("every rule but those on properties that only the operator sets has an example that breaks it", () => {
  const unproven = [...new Set(messages)].filter((message) => !refusedByRule.some(({ refused }) => refused && message.includes(refused)));
  expect(
    unproven.filter((message) => !message.includes("is set by the operator") && !message.includes("is written by the operator")),
  ).toEqual([]);
});
