/** What a cluster that is as it should be costs: requests of the operator while it reconciles, and its memory. */
import { recordRequests, summaryOf } from "../test/e2e/harness/audit-log.ts";
import { kubectl } from "../test/e2e/harness/kubectl.ts";
import { OPERATOR_NAMESPACE, operatorPod } from "../test/e2e/harness/operator.ts";
import { forceResync } from "../test/e2e/harness/resync.ts";
import { restoreSteadyCluster, STEADY } from "../test/e2e/harness/steady-cluster.ts";

/** Requests over forced reconciles, leases and watches left out. */
export interface ResyncCost {
  readonly reconciles: number;
  readonly reads: number;
  readonly writes: number;
  readonly details: string;
}

/** Counts what `times` forced reconciles ask of the API server. */
export async function resyncCost(times: number): Promise<ResyncCost> {
  await restoreSteadyCluster();
  await forceResync(STEADY, 1, "trino.trino-operator.io/refresh"); // the next reading of Secrets is ten minutes away
  const requestsSince = await recordRequests();
  const reconciles = await forceResync(STEADY, times, "example.com/touched");
  const { reads, writes } = await requestsSince();
  return { reconciles, reads: reads.length, writes: writes.length, details: summaryOf([...reads, ...writes]) };
}

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly uid: string };
    readonly containers: readonly { readonly memory?: { readonly rssBytes?: number } }[];
  }[];
}

/** The operator's resident memory in MiB, by the kubelet's own account. */
export async function operatorMemory(): Promise<number> {
  const { metadata } = await operatorPod();
  const node = await kubectl(["get", "pod", metadata.name, `--namespace=${OPERATOR_NAMESPACE}`, "--output=jsonpath={.spec.nodeName}"]);
  const { pods } = JSON.parse(await kubectl(["get", "--raw", `/api/v1/nodes/${node}/proxy/stats/summary`])) as Summary;
  const containers = pods.find(({ podRef }) => podRef.uid === metadata.uid)?.containers ?? [];
  if (containers.length === 0) throw new Error(`the kubelet of ${node} tells nothing about ${metadata.name}`);
  return containers.reduce((sum, { memory }) => sum + (memory?.rssBytes ?? 0), 0) / 1024 / 1024;
}
