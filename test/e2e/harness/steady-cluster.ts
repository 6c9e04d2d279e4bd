/**
 * A cluster that outlives the tests that share it: those that change none of its pods need not wait for a start of Trino.
 * It is made when the first of them needs it, and put right when one of them left it otherwise.
 */
import { beforeAll } from "vitest";
import type { TrinoCluster } from "../../../src/api/v1alpha1/types.ts";
import { apply, find, kubectl } from "./kubectl.ts";
import { smallCluster } from "./manifest.ts";
import { namespaceManifest, reportFailures } from "./namespace.ts";
import { type ClusterName, waitReady } from "./trino-cluster.ts";

/** Its name. */
export const STEADY: ClusterName = { namespace: "e2e-steady", name: "steady" };

/** The manifest that it is made from. */
export const STEADY_MANIFEST: TrinoCluster = smallCluster(STEADY.name);

/** Makes sure before the tests of this `describe` that the cluster is there, as its manifest says, and Ready. */
export function useSteadyCluster(): ClusterName {
  beforeAll(restoreSteadyCluster);
  reportFailures(STEADY.namespace);
  return STEADY;
}

/** Puts the cluster right and waits until it is. */
export async function restoreSteadyCluster(): Promise<void> {
  await apply(namespaceManifest(STEADY.namespace, true));
  await forgetForeignFields();
  await apply(STEADY_MANIFEST, STEADY.namespace);
  await waitReady(STEADY);
}

/** `kubectl apply` removes only what an earlier apply had; what a patch added goes with the whole spec. */
async function forgetForeignFields(): Promise<void> {
  if (!(await find("trinocluster", STEADY.name, STEADY.namespace))) return;
  const change = JSON.stringify([{ op: "replace", path: "/spec", value: STEADY_MANIFEST.spec }]);
  await kubectl(["patch", "trinocluster", STEADY.name, `--namespace=${STEADY.namespace}`, "--type=json", `--patch=${change}`]);
}
