/** Before any end-to-end test: a cluster, and the operator of this checkout in it. Both stay, so that the next run begins at once. */

import type { TestProject } from "vitest/node";
import { prepareEnvironment } from "../../hack/test-environment.ts";
import { list } from "./harness/kubectl.ts";
import { awaitRemovals, removeNamespace, TEST_NAMESPACE_LABEL } from "./harness/namespace.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** When the run began, in milliseconds since the epoch. */
    readonly suiteStart: number;
  }
}

/** Called by vitest once, before the files. */
export async function setup(project: TestProject): Promise<void> {
  project.provide("suiteStart", Date.now());
  await prepareEnvironment();
  for (const { metadata } of await list("namespaces", undefined, `${TEST_NAMESPACE_LABEL}=temporary`)) await removeNamespace(metadata.name);
  await awaitRemovals();
}
