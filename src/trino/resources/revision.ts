/** A revision: one rendered state of a role, and the record by which it can be brought back. */
import type { Cluster, RoleName } from "../cluster.ts";
import { contributionsOf } from "../features/table.ts";
import { contentHash } from "../hash.ts";
import { CONFIGURATION_ANNOTATION, INTERNAL_SECRET_ANNOTATION, REVISION_LABEL, VERSION_ANNOTATION } from "../labels.ts";
import { recordName } from "../names.ts";
import type { Manifest, Revision } from "../resources.ts";
import { configurationOf } from "./configuration.ts";
import { labelsOf, ownedMetadata } from "./metadata.ts";
import { podTemplate, withLabels } from "./pod-template.ts";

/** Renders a role. */
export function revisionOf(cluster: Cluster, role: RoleName): Revision {
  const merged = contributionsOf(cluster, role);
  const configuration = configurationOf(cluster, role, merged);
  const unlabelled = podTemplate(cluster, role, { merged, configuration });
  const hash = contentHash(unlabelled);
  const rendered = {
    hash,
    version: cluster.version,
    configuration: [configuration.configMap, ...(configuration.secret ? [configuration.secret] : [])],
    template: withLabels(unlabelled, { [REVISION_LABEL]: hash }),
  };
  return { ...rendered, record: record(cluster, role, rendered) };
}

/** Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/ */
function record(cluster: Cluster, role: RoleName, { hash, version, configuration, template }: Omit<Revision, "record">): Manifest {
  // The internal Secret goes with the last revision that names it, like the rest.
  const names = [...configuration.map(({ kind, metadata }) => `${kind}/${metadata.name}`), `Secret/${cluster.internalSecret.name}`];
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: ownedMetadata(cluster, {
      name: recordName(cluster, role, hash),
      labels: { ...labelsOf(cluster, role), [REVISION_LABEL]: hash },
      annotations: {
        [CONFIGURATION_ANNOTATION]: names.join(","),
        [VERSION_ANNOTATION]: String(version),
        [INTERNAL_SECRET_ANNOTATION]: cluster.internalSecret.name,
      },
    }),
    // Revisions are told apart by their hash and ordered by their time; the number has no meaning here.
    revision: 1,
    data: { version, template, configuration: names },
  };
}
