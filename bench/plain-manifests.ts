/** What a person would have written by hand for the same Trino: the operator's children, without the operator. */

import { CLUSTER_LABEL, MANAGED_BY_LABEL } from "../src/trino/labels.ts";
import { type Live, list } from "../test/e2e/harness/kubectl.ts";

/** In the order in which they are applied: nothing names what is not there yet. */
const KINDS = [
  "serviceaccounts",
  "secrets",
  "configmaps",
  "services",
  "poddisruptionbudgets.policy",
  "statefulsets.apps",
  "deployments.apps",
] as const;

const OPERATORS_OWN: readonly RegExp[] = [/^kubectl\.kubernetes\.io\//, /^deployment\.kubernetes\.io\//, /\/applied$/];

interface Child extends Live {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

/** One List of manifests, made from the children of a cluster that runs. */
export async function plainManifests(namespace: string, cluster: string): Promise<object> {
  const items: object[] = [];
  for (const kind of KINDS) items.push(...(await list<Child>(kind, namespace, `${CLUSTER_LABEL}=${cluster}`)).map(withoutTraces));
  return { apiVersion: "v1", kind: "List", items };
}

/** Drops what the API server filled in, and the owner: without it the garbage collector would take everything. */
function withoutTraces(child: Child): object {
  const { status: _status, spec, metadata, ...rest } = child;
  const { [MANAGED_BY_LABEL]: _operator, ...labels } = metadata.labels ?? {};
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(([key]) => !OPERATORS_OWN.some((pattern) => pattern.test(key))),
  );
  return { ...rest, metadata: { name: metadata.name, labels, annotations }, ...(spec ? { spec: withoutAddresses(spec) } : {}) };
}

function withoutAddresses(spec: Readonly<Record<string, unknown>>): object {
  const { clusterIP, clusterIPs: _clusterIPs, ...rest } = spec;
  return clusterIP === "None" ? { clusterIP, ...rest } : rest;
}
