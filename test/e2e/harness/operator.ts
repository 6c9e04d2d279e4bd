/** The operator that is under test: its pod, its metrics, its log. */
import { kubectl, type Live, list } from "./kubectl.ts";

/** The namespace that `make deploy` installs into. */
export const OPERATOR_NAMESPACE = "trino-operator-system";

/** What the names of the operator's ServiceAccount begin with in audit logs. */
export const OPERATOR_USER_PREFIX = `system:serviceaccount:${OPERATOR_NAMESPACE}:`;

const METRICS_PORT = 8080;

interface OperatorPod extends Live {
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  };
}

/** The operator's pods that are ready and not about to go. */
export async function operatorPods(): Promise<readonly OperatorPod[]> {
  const pods = await list<OperatorPod>("pods", OPERATOR_NAMESPACE);
  return pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && (pod.status.containerStatuses ?? []).some((status) => status.ready),
  );
}

/** The one pod of the operator; throws when there is not exactly one. */
export async function operatorPod(): Promise<OperatorPod> {
  const [pod, ...others] = await operatorPods();
  if (!pod || others.length > 0)
    throw new Error(`there are ${pod ? others.length + 1 : 0} ready operator pods in ${OPERATOR_NAMESPACE}, not one`);
  return pod;
}

/** The name of the operator's Deployment. */
export async function operatorDeployment(): Promise<string> {
  const [deployment] = await list("deployments", OPERATOR_NAMESPACE);
  if (!deployment) throw new Error(`there is no Deployment in ${OPERATOR_NAMESPACE}; run make deploy`);
  return deployment.metadata.name;
}

/** The operator's metrics as Prometheus text, through the API server's proxy, so that this works on any cluster. */
export async function operatorMetrics(): Promise<string> {
  const { metadata } = await operatorPod();
  return kubectl(["get", "--raw", `/api/v1/namespaces/${OPERATOR_NAMESPACE}/pods/${metadata.name}:${METRICS_PORT}/proxy/metrics`]);
}

/** The sum of a metric over all its label sets; 0 when it is absent. */
export function sumOf(metrics: string, name: string): number {
  const lines = metrics.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** How many reconciles have ended since the operator started. */
export async function reconcileCount(): Promise<number> {
  return sumOf(await operatorMetrics(), "controller_runtime_reconcile_total");
}

/** The last lines of the operator's log. */
export async function operatorLog(lines = -1): Promise<string> {
  return kubectl(["logs", `deployment/${await operatorDeployment()}`, `--namespace=${OPERATOR_NAMESPACE}`, `--tail=${lines}`]);
}
