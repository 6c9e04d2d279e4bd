/** A worker that lives, is ready for Kubernetes, and that the coordinator does not know: its announcements do not arrive. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { REPLACED_ANNOTATION } from "../../src/trino/labels.ts";
import { LONG } from "../long.ts";
import { apply, kubectl, type Live, list } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { processOf } from "./harness/pod-process.ts";
import { useSteps } from "./harness/steps.ts";
import { isLocalCluster } from "./harness/target.ts";
import { type ClusterName, clusterOf, type Pod, podsOf, waitForCondition, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const run = promisify(execFile);

const PATIENCE_MINUTES = 5;
const LIMIT = 3;
const REVISIONS = "controllerrevisions.apps";

describe.skipIf(!isLocalCluster() || !LONG)("a worker that the coordinator does not know", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("unregistered"), name: "lonely" };
  const unregistered = { type: "Degraded", status: "True", reason: "WorkerNotRegistered" } as const;
  const waitMs = (PATIENCE_MINUTES + 4) * 60_000;

  const theWorker = async (): Promise<Pod> => {
    const [pod, ...others] = await podsOf(cluster, "worker");
    if (!pod || others.length > 0) throw new Error(`there are ${pod ? others.length + 1 : 0} workers`);
    return pod;
  };

  const cutOff = async (): Promise<Pod> => {
    const pod = await theWorker();
    const [coordinator] = await podsOf(cluster, "coordinator");
    const pid = await processOf(cluster.namespace, pod.metadata.name);
    await run("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", "route", "add", "blackhole", `${coordinator?.status.podIP}/32`]);
    return pod;
  };

  /** How often the operator has replaced workers of the revision; it is written there, so a test can put it near the limit. */
  const replaced = async (count?: number): Promise<number> => {
    const { metadata } = await theWorker();
    const revision = metadata.labels?.["trino.trino-operator.io/revision"] ?? "";
    const record = (await list(REVISIONS, cluster.namespace)).find(({ metadata: { name } }) => name.endsWith(revision));
    if (!record) throw new Error(`there is no record of revision ${revision}`);
    if (count !== undefined) {
      const value = `${REPLACED_ANNOTATION}=${count}`;
      await kubectl(["annotate", REVISIONS, record.metadata.name, `--namespace=${cluster.namespace}`, "--overwrite", value]);
    }
    return Number(record.metadata.annotations?.[REPLACED_ANNOTATION] ?? 0);
  };

  it("is told after five minutes, and replaced", { timeout: 1_500_000 }, async () => {
    await apply(smallCluster(cluster.name), cluster.namespace);
    await waitReady(cluster);
    const lost = await cutOff();
    const since = Date.now();
    await waitFor("the coordinator to miss it", async () => expect((await clusterOf(cluster)).status?.workers?.registered).toBe(0), {
      timeoutMs: waitMs,
    });
    await waitFor("it to be replaced", async () => expect((await theWorker()).metadata.uid).not.toBe(lost.metadata.uid), {
      timeoutMs: waitMs,
      namespace: cluster.namespace,
    });
    expect(Date.now() - since).toBeGreaterThanOrEqual(PATIENCE_MINUTES * 60_000);
    await waitReady(cluster);
    expect(await replaced()).toBe(1);
    const events = await list<Live & { readonly reason: string }>("events", cluster.namespace);
    expect(events.map(({ reason }) => reason)).toContain("WorkerReplaced");
  });

  it(`is left alone, and told with a cure, when ${LIMIT} were replaced in vain`, { timeout: 1_500_000 }, async () => {
    await replaced(LIMIT);
    const lost = await cutOff();
    const { message } = await waitForCondition(cluster, unregistered, waitMs);
    expect(message).toMatch(/replaced in vain.*NetworkPolicies.*workers\.restartAt/);
    expect((await theWorker()).metadata.uid).toBe(lost.metadata.uid);
  });
});
