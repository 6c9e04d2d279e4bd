/** A real Trino keeps the contract that the hollow one keeps in `test/contract/hollow-trino.test.ts`. */
import { beforeAll, describe, it } from "vitest";
import type { TrinoQuestion } from "../../src/lifecycle/trino-client.ts";
import { portForwardTransport } from "../../src/lifecycle/trino-transport.ts";
import { trinoContract } from "../hollow/trino-contract.ts";
import { apply, get, type Live } from "./harness/kubectl.ts";
import { smallCluster, VERSION } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { useSteps } from "./harness/steps.ts";
import { kubeconfig } from "./harness/target.ts";
import { type ClusterName, type Pod, podsOf, waitReady } from "./harness/trino-cluster.ts";

interface Secret extends Live {
  readonly data: Readonly<Record<string, string>>;
}

describe("a real Trino", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("contract"), name: "real" };
  let sharedSecret = "";

  beforeAll(() => {
    process.env["KUBECONFIG"] = kubeconfig(); // where a port-forward looks
  });

  it("is there", async () => {
    await apply(smallCluster(cluster.name), cluster.namespace);
    await waitReady(cluster);
    // The operator would take back, or replace, a worker that it did not tell to drain.
    await apply({ ...smallCluster(cluster.name), metadata: { name: cluster.name, annotations: PAUSED } }, cluster.namespace);
    const { data } = await get<Secret>("secret", `${cluster.name}-internal-1`, cluster.namespace);
    sharedSecret = Buffer.from(data["shared-secret"] ?? "", "base64").toString("utf8");
  });

  const question = ({ metadata, status }: Pod): TrinoQuestion => ({
    endpoint: { namespace: cluster.namespace, pod: metadata.name, ip: status.podIP ?? "", port: 8080 },
    version: VERSION,
    sharedSecret,
    now: Date.now(),
  });
  trinoContract(() => ({
    version: VERSION,
    send: portForwardTransport(),
    coordinator: async () => question((await podsOf(cluster, "coordinator"))[0] as Pod),
    workers: async () => (await podsOf(cluster, "worker")).map(question),
  }));
});

const PAUSED = { "trino.trino-operator.io/paused": "true" } as const;
