/** Before any end-to-end test: a cluster, and the operator of this checkout in it. Both stay, so that the next run begins at once. */

import { prepareEnvironment } from "../../hack/test-environment.ts";
import { list } from "./harness/kubectl.ts";
import { awaitRemovals, removeNamespace, TEST_NAMESPACE_LABEL } from "./harness/namespace.ts";

/** Called by vitest once, before the files. */
export async function setup(): Promise<void> {
  await prepareEnvironment();
  for (const { metadata } of await list("namespaces", undefined, `${TEST_NAMESPACE_LABEL}=temporary`)) await removeNamespace(metadata.name);
  await awaitRemovals();
}
