import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apply, kubectl, type Live, list } from "./harness/kubectl.ts";
import { useNamespace } from "./harness/namespace.ts";
import { query } from "./harness/statement-client.ts";
import { useSteps } from "./harness/steps.ts";
import { trinoUrl } from "./harness/trino-address.ts";
import { queryByCli } from "./harness/trino-cli.ts";
import { type ClusterName, clusterOf, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const SAMPLE = join(import.meta.dirname, "..", "..", "config", "samples", "trino_v1alpha1_trinocluster.yaml");

interface EventObject extends Live {
  readonly regarding: { readonly kind: string; readonly name: string };
  readonly reason: string;
}

describe("the sample, applied as it is", () => {
  useSteps();
  const cluster: ClusterName = { namespace: useNamespace("sample"), name: "trinocluster-sample" };

  it("becomes Ready where Pod Security restricted is enforced", async () => {
    await apply(await readFile(SAMPLE, "utf8"), cluster.namespace);
    await waitReady(cluster, 600_000);
    expect((await clusterOf(cluster)).status?.workers?.summary).toBe("2/2");
  });

  it("answers a query of the real CLI", async () => {
    expect(await queryByCli(cluster, "select count(*) from tpch.tiny.nation")).toEqual(["25"]);
  });

  it("shows readiness, version, workers and status in columns, also in `kubectl get all`", async () => {
    const [header = "", row = ""] = (await kubectl(["get", "trino", `--namespace=${cluster.namespace}`])).split("\n");
    expect(header.split(/\s{2,}/).map((word) => word.trim())).toEqual(["NAME", "READY", "VERSION", "WORKERS", "STATUS", "AGE"]);
    expect(row.split(/\s+/).slice(0, 5)).toEqual([cluster.name, "True", "476", "2/2", "Ready"]);
    expect(await kubectl(["get", "all", `--namespace=${cluster.namespace}`, "--output=name"])).toContain(
      `trinocluster.trino.trino-operator.io/${cluster.name}`,
    );
  });

  it("tells in its status what Trino tells", async () => {
    const url = await trinoUrl(cluster);
    const [[registered]] = (await query(url, "select count(*) from system.runtime.nodes where not coordinator and state = 'active'")) as [
      [number],
    ];
    const catalogs = (await query(url, "show catalogs")).map(([name]) => String(name)).filter((name) => name !== "system");
    const { status } = await clusterOf(cluster);
    expect(status).toMatchObject({
      version: 476,
      endpoint: `http://${cluster.name}.${cluster.namespace}.svc:8080`,
      workers: { desired: 2, ready: 2, registered, draining: 0, summary: "2/2" },
      hiveMetastore: { ready: true, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    });
    expect(status?.catalogs).toEqual(catalogs.map((name) => ({ name, accepted: true })));
  });

  it("says with each condition that all is well", async () => {
    const { metadata, status } = await clusterOf(cluster);
    const said = Object.fromEntries(
      (status?.conditions ?? []).map(({ type, status: value, observedGeneration }) => [type, `${value} ${observedGeneration}`]),
    );
    const { generation } = metadata;
    expect(said).toEqual({
      Available: `True ${generation}`,
      Progressing: `False ${generation}`,
      Degraded: `False ${generation}`,
      Ready: `True ${generation}`,
    });
  });

  it("tells its way in events", async () => {
    const reasons = await waitFor("an event that it is Ready", async () => {
      const events = await list<EventObject>("events.v1.events.k8s.io", cluster.namespace);
      const ours = events
        .filter(({ regarding }) => regarding.kind === "TrinoCluster" && regarding.name === cluster.name)
        .map(({ reason }) => reason);
      expect(ours).toContain("Ready");
      return ours;
    });
    expect(reasons).toContain("CoordinatorStarting");
  });
});
