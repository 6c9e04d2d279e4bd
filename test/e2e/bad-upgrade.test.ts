import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { LONG } from "../long.ts";
import { apply, kubectl, list, patch } from "./harness/kubectl.ts";
import { smallCluster } from "./harness/manifest.ts";
import { useNamespace } from "./harness/namespace.ts";
import { query } from "./harness/statement-client.ts";
import { trinoAddress } from "./harness/trino-address.ts";
import { type ClusterName, clusterOf, podsOf, podUids, waitForCondition, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

const COMPONENT = "app.kubernetes.io/component";

/** How each is told is a unit test of `pod-problem.ts`; that a preflight finds what keeps a JVM from starting, the long form sees. */
const OF_THE_JVM = [
  {
    what: "memory that cannot start",
    change: { coordinator: { jvm: { extraArguments: { add: ["-XX:MaxMetaspaceSize=16m"] } } } },
    reason: "HeapExhausted",
    says: /ran out of/,
  },
  {
    what: "an argument with which no JVM starts",
    change: { coordinator: { jvm: { extraArguments: { add: ["-XX:NoSuchArgument=1"] } } } },
    reason: "ProcessFailed",
    says: /JVM did not start/,
  },
];

describe("a revision that cannot serve", () => {
  const cluster: ClusterName = { namespace: useNamespace("bad-upgrade"), name: "careful" };
  const manifest = smallCluster(cluster.name, { workers: { rollout: { progressDeadline: "60s" } } });
  const spec = (change: object): Promise<void> => patch({ kind: "trinocluster", ...cluster }, { spec: change });

  /** A JSON patch, because what a merge patch added to a map would stay. */
  const takeBack = (): Promise<string> => {
    const change = JSON.stringify([{ op: "replace", path: "/spec", value: manifest.spec }]);
    return kubectl(["patch", "trinocluster", cluster.name, `--namespace=${cluster.namespace}`, "--type=json", `--patch=${change}`]);
  };

  const answers = async (): Promise<void> => {
    const { url, close } = await trinoAddress(cluster);
    expect(await query(url, "select count(*) from tpch.tiny.region")).toEqual([[5]]);
    close();
  };

  beforeAll(async () => {
    await apply(manifest, cluster.namespace);
    await waitReady(cluster);
  });

  afterEach(async () => {
    await takeBack();
    await waitReady(cluster);
    await answers();
  });

  it.each([
    { what: "an image that does not exist", change: { version: 470 }, reason: "ImagePullFailed", says: /470/ },
    {
      what: "a property that Trino refuses",
      change: { coordinator: { config: { "config.properties": { "no.such-property": "secret-looking-value" } } } },
      reason: "ConfigurationRefused",
      says: /no\.such-property/,
    },
    {
      what: "a catalog whose connector is not there",
      change: { catalogs: { lost: { properties: { "connector.name": "no_such_connector" } } } },
      reason: "ConfigurationRefused",
      says: /no_such_connector/,
    },
    ...(LONG ? OF_THE_JVM : []),
  ])("is found before anything is touched: $what", async ({ change, reason, says }) => {
    const roles = async (): Promise<readonly string[]> => [
      ...(await podUids(cluster, "coordinator")),
      ...(await podUids(cluster, "worker")),
    ];
    const before = await roles();
    await spec(change);
    const { message } = await waitForCondition(cluster, { type: "Degraded", status: "True", reason });
    expect(message).toMatch(says);
    expect(message).toContain("nothing was touched");
    expect(message).not.toContain("secret-looking-value");
    expect((await clusterOf(cluster)).status?.rollout?.phase).toBe("Preflight");
    await answers();
    expect(await roles()).toEqual(before);
    await takeBack();
    await waitFor("the throw-away pod to be gone", async () => expect(await podsOf(cluster, "preflight")).toEqual([]));
    expect(await roles()).toEqual(before);
  });

  it("makes room for the last one that served, without a hand, and is not tried again by a scale request", async () => {
    const preflight = { workers: { rollout: { preflight: false } } };
    await spec({ coordinator: { config: { "config.properties": { "no.such-property": "1" } } }, ...preflight });
    const { message } = await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "RolledBack" });
    expect(message).toMatch(/no\.such-property.*coordinator\.restartAt/);
    await waitForCondition(cluster, { type: "Available", status: "True" });
    await answers();
    const [coordinator] = await podUids(cluster, "coordinator");
    await kubectl(["scale", "trinocluster", cluster.name, `--namespace=${cluster.namespace}`, "--replicas=2"]);
    await waitFor("two workers to be registered", async () => expect((await clusterOf(cluster)).status?.workers?.registered).toBe(2), {
      namespace: cluster.namespace,
    });
    expect(await podUids(cluster, "coordinator")).toEqual([coordinator]);
    await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "RolledBack" });
  });

  it.skipIf(!LONG)("makes room when it starts but finds no worker", async () => {
    // Another internal secret changes all nodes together, and the new workers find no node to run on.
    await spec({
      internalSecretNumber: 2,
      workers: { nodeSelector: { "example.com/no-such-node": "true" }, rollout: { preflight: false } },
    });
    const { message } = await waitForCondition(cluster, { type: "Degraded", status: "True", reason: "RolledBack" });
    expect(message).toMatch(/not scheduled|registered/);
    await waitForCondition(cluster, { type: "Available", status: "True" });
    await answers();
  });
});

describe("a rotation of the internal secret", () => {
  const cluster: ClusterName = { namespace: useNamespace("rotation"), name: "rotating" };

  it("changes all nodes together, and Trino answers again", async () => {
    await apply(smallCluster(cluster.name), cluster.namespace);
    await waitReady(cluster);
    const before = await podUids(cluster);
    await patch({ kind: "trinocluster", ...cluster }, { spec: { internalSecretNumber: 2 } });
    await waitReady(cluster);
    expect((await podUids(cluster)).filter((uid) => before.includes(uid))).toEqual([]);
    const secrets = (await podsOf(cluster)).map(({ metadata }) => metadata.annotations?.["trino.trino-operator.io/internal-secret"]);
    expect(secrets).toEqual(["rotating-internal-2", "rotating-internal-2"]);
    const { url, close } = await trinoAddress(cluster);
    expect(await query(url, "select count(*) from tpch.tiny.region")).toEqual([[5]]);
    close();
    const preflights = (await list("pods", cluster.namespace)).filter(({ metadata }) => metadata.labels?.[COMPONENT] === "preflight");
    expect(preflights.filter(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([]);
  });
});
