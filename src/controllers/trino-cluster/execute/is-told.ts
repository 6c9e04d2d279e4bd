/** Whether writing a workload would start or stop anybody. */
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { Live } from "../../../lifecycle/stores.ts";
import { REVISION_LABEL } from "../../../trino/labels.ts";

/** Whether it is told already to run so many pods of this revision. */
export function isTold(
  workload: Live<IStatefulSet> | Live<IDeployment> | undefined,
  { revision, replicas }: { readonly revision: string; readonly replicas: number },
): boolean {
  return workload?.spec?.replicas === replicas && workload.spec.template.metadata?.labels?.[REVISION_LABEL] === revision;
}
