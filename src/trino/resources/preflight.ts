/** The throw-away pod that tries a revision: it starts as the role's own pods do, and nothing can reach it or count on it. */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { Cluster, RoleName } from "../cluster.ts";
import { REVISION_LABEL } from "../labels.ts";
import { discoveryServiceName, preflightPodName } from "../names.ts";
import type { Manifest, Revision } from "../resources.ts";
import { labelsOf, ownedMetadata } from "./metadata.ts";

/** It has nothing to finish. */
const GRACE_SECONDS = 5;

/**
 * No label of a role, so that no Service, budget or workload selects it. A worker would announce itself to the serving
 * coordinator and be given tasks: the name under which it looks for that leads to itself.
 */
export function preflightPod(cluster: Cluster, role: RoleName, revision: Revision): Manifest {
  const { spec, metadata } = revision.template;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: ownedMetadata(cluster, {
      name: preflightPodName(cluster, revision.hash),
      labels: { ...labelsOf(cluster, "preflight"), [REVISION_LABEL]: revision.hash },
      annotations: (metadata?.annotations ?? {}) as Readonly<Record<string, string>>,
    }),
    spec: {
      ...spec,
      restartPolicy: "Never",
      terminationGracePeriodSeconds: GRACE_SECONDS,
      containers: (spec?.containers ?? []).map(withoutHooks),
      ...(role === "worker" ? { hostAliases: [...(spec?.hostAliases ?? []), ITSELF(cluster)] } : {}),
    },
  };
}

function withoutHooks({ lifecycle: _hooks, ...container }: IContainer): IContainer {
  return container;
}

const ITSELF = (cluster: Cluster): { readonly ip: string; readonly hostnames: string[] } => ({
  ip: "127.0.0.1",
  hostnames: [`${discoveryServiceName(cluster)}.${cluster.namespace}.svc`],
});
