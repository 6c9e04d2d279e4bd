import { expect, test } from "vitest";
import { breaches } from "./breaches.ts";

test.each([
  { name: "the runtime importing the domain", path: "src/runtime/a.ts", text: `import { x } from "../trino/cluster.ts";` },
  { name: "the runtime importing types of the domain", path: "src/runtime/a.ts", text: `import type { X } from "../trino/cluster.ts";` },
  { name: "the domain importing the runtime", path: "src/trino/a.ts", text: `import { x } from "../runtime/client.ts";` },
  { name: "the domain importing a file system", path: "src/trino/features/a.ts", text: `import { readFileSync } from "node:fs";` },
  { name: "the domain importing a package", path: "src/trino/a.ts", text: `import { load } from "js-yaml";` },
  {
    name: "the domain importing the schema",
    path: "src/trino/a.ts",
    text: `import { trinoCluster } from "../api/v1alpha1/trino-cluster.ts";`,
  },
  {
    name: "the domain importing a type in braces, which loads the file",
    path: "src/trino/a.ts",
    text: `import { type Y } from "../runtime/x.ts";`,
  },
  { name: "the domain waiting", path: "src/trino/a.ts", text: "async function f() { await g(); }" },
  { name: "the domain reading the clock", path: "src/trino/a.ts", text: "const now = Date.now();" },
  { name: "the domain reading the environment", path: "src/trino/a.ts", text: "const home = process.env.HOME;" },
  { name: "a template in the domain reading the clock", path: "src/trino/a.ts", text: "const now = `at ${new Date()}`;" },
  { name: "a plan asking Trino", path: "src/lifecycle/plan.ts", text: `import { ask } from "./trino-client.ts";` },
  { name: "a controller importing a command", path: "src/controllers/a/b.ts", text: `import { run } from "../../commands/run.ts";` },
  {
    name: "a command importing the schema at run time",
    path: "src/commands/a.ts",
    text: `const s = await import("../api/v1alpha1/trino-cluster.ts");`,
  },
  { name: "the operator importing a tool", path: "src/main.ts", text: `import { x } from "../hack/walls/rooms.ts";` },
])("refuses $name", ({ path, text }) => {
  expect(breaches(path, text)).toHaveLength(1);
});

test.each([
  {
    name: "types of the API in the domain",
    path: "src/trino/a.ts",
    text: `import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";`,
  },
  { name: "types of Kubernetes in the domain", path: "src/trino/a.ts", text: `import type { IPod } from "kubernetes-models/v1/Pod";` },
  {
    name: "the table of owned properties in the domain",
    path: "src/trino/a.ts",
    text: `import { T } from "../api/v1alpha1/operator-owned-properties.ts";`,
  },
  {
    name: "the word await in a comment or a text",
    path: "src/trino/a.ts",
    text: `/** We await nothing, Date is an argument. */ const a = "process";`,
  },
  { name: "a property named process", path: "src/trino/a.ts", text: "const a = { process: 1 }; a.process;" },
  { name: "the runtime reading the clock", path: "src/runtime/clock.ts", text: "export const now = () => Date.now();" },
  { name: "types of a client in the lifecycle", path: "src/lifecycle/plan.ts", text: `import type { Clock } from "../runtime/clock.ts";` },
])("lets $name pass", ({ path, text }) => {
  expect(breaches(path, text)).toEqual([]);
});
