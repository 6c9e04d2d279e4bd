/** When a cluster has come to its end state, and which that is. */
import { setTimeout as sleep } from "node:timers/promises";
import { KINDS } from "../../src/controllers/kinds.ts";
import type { Client } from "../../src/runtime/client.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { CLUSTER_NAME } from "./admission.ts";

/** serving, suspended: as the spec says. refused: the status tells what a person must put right. stuck: none of them in time. */
export interface Rest {
  readonly kind: "serving" | "suspended" | "refused" | "stuck";
  /** Reason and message of the condition that says so. */
  readonly told: string;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

interface Cluster extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const LOOK_MS = 500;
/** For so long it must say the same: what follows a write comes within it. */
const QUIET_MS = 2_500;

/** Waits until the cluster of a namespace rests. */
export async function restOf(client: Client, namespace: string, patienceMs: number): Promise<Rest> {
  const end = performance.now() + patienceMs;
  let last: Rest = { kind: "stuck", told: "" };
  let since = performance.now();
  while (performance.now() < end) {
    const now = await lookAt(client, namespace);
    if (now.kind !== last.kind || now.told !== last.told) since = performance.now();
    last = now;
    if (now.kind !== "stuck" && performance.now() - since > QUIET_MS) return now;
    await sleep(LOOK_MS);
  }
  return { ...last, kind: "stuck" };
}

async function lookAt(client: Client, namespace: string): Promise<Rest> {
  const { metadata, status } = await client.get<Cluster>(KINDS.TrinoCluster, { namespace, name: CLUSTER_NAME });
  const find = (type: string): Condition | undefined =>
    status?.conditions?.find((condition) => condition.type === type && condition.observedGeneration === metadata.generation);
  const [ready, progressing, degraded] = [find("Ready"), find("Progressing"), find("Degraded")];
  if (!ready || !progressing || !degraded) return { kind: "stuck", told: "the status is of an older generation" };
  if (ready.status === "True" && progressing.status === "False") return { kind: "serving", told: ready.reason };
  if (degraded.status === "True") return { kind: "refused", told: `${degraded.reason}: ${degraded.message}` };
  if (ready.reason === "Suspended" && progressing.status === "False" && (await hasNoTrino(client, namespace)))
    return { kind: "suspended", told: ready.reason };
  return { kind: "stuck", told: [ready, progressing].map(({ reason, message }) => `${reason}: ${message}`).join("; ") };
}

async function hasNoTrino(client: Client, namespace: string): Promise<boolean> {
  return (await client.list(KINDS.Pod, { namespace, labelSelector: "trino.trino-operator.io/generation" })).length === 0;
}
