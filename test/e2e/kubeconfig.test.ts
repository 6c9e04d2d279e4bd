/**
 * A cluster that is not the local one, as far as make can tell: the same API server by a kubeconfig of another path and other
 * names. Nothing may bring up the local cluster then, or look into its files.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONG } from "../long.ts";
import { operatorImage, startOperator, stopOperator } from "./harness/deployed-operator.ts";
import { copyKubeconfig, type KubeconfigCopy } from "./harness/kubeconfig-copy.ts";
import { find, kubectl } from "./harness/kubectl.ts";
import { make, makeOrThrow, REPOSITORY, shellEnvironment } from "./harness/make.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { isLocalCluster } from "./harness/target.ts";
import { clusterOf, deleteCluster, podUids, waitReady } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

/** What only the local cluster's own commands say. */
const LOCAL = /The cluster is up|importing |bundle the operator/;

const DEMO = { namespace: "trino-demo", name: "trinocluster-sample" };

describe.skipIf(!isLocalCluster())("KUBECONFIG of another cluster", () => {
  const cluster = useSteadyCluster();
  let copy: KubeconfigCopy;
  let image: string;

  beforeAll(async () => {
    copy = await copyKubeconfig({ context: "elsewhere" });
    image = await operatorImage();
  });
  afterAll(() => copy.remove());

  /** Runs make there, and returns what it said; nothing of it may come from the local cluster. */
  const makeThere = async (...args: readonly string[]): Promise<string> => {
    const output = await makeOrThrow(args, { KUBECONFIG: copy.path });
    expect(output).not.toMatch(LOCAL);
    return output;
  };

  it("is taken by make deploy", async () => {
    expect(await makeThere("deploy", `IMG=${image}`)).toContain("the operator runs");
    expect(await operatorImage()).toBe(image);
  });

  it("is taken by make test, whose stages do not bring up the local cluster", async () => {
    expect(await makeThere("test", "STAGES=contract", "NAME=verbs")).toMatch(/^\d+ passed, 0 failed$/m);
  });

  it("is taken by make e2e, with the image of IMG and without the audit log", async () => {
    const output = await makeThere("e2e", "NAME=idle operator-restart", `IMG=${image}`);
    expect(output).toContain(`make deploy IMG=${image}`);
    expect(output).toContain(`the audit log of the API server of ${copy.path} cannot be read from here`);
    expect(output).toMatch(/Tests +1 passed \| \d+ skipped/);
  });

  it("is taken by make e2e without IMG, if there is an operator", async () => {
    const output = await makeThere("e2e", "NAME=idle");
    expect(output).not.toContain("make deploy");
  });

  it("is taken by make bench, which measures what can be seen from here", async () => {
    expect(await makeThere("bench", "NAME=idle", `IMG=${image}`)).toMatch(/operator's resident memory +\d+/);
  });

  it("is taken by make run, which refuses beside a deployed operator", async () => {
    const { code, output } = await make(["run"], { KUBECONFIG: copy.path });
    expect(code).not.toBe(0);
    expect(output).toContain("An operator is deployed, and two of them would undo each other's work");
  });

  it("is taken by make run, whose operator reaches Trino from here", async () => {
    const pods = await podUids(cluster);
    await stopOperator();
    // What the coordinator counts can then come from nowhere but from it.
    const forget = '--patch=[{"op":"remove","path":"/status"}]';
    await kubectl([
      "patch",
      "trinocluster",
      cluster.name,
      `--namespace=${cluster.namespace}`,
      "--subresource=status",
      "--type=json",
      forget,
    ]);
    expect((await clusterOf(cluster)).status).toBeUndefined();
    const stop = await startMakeRun(copy.path);
    try {
      await waitReady(cluster);
      expect((await clusterOf(cluster)).status?.workers).toMatchObject({ registered: 1, summary: "1/1" });
      expect(await podUids(cluster)).toEqual(pods);
    } finally {
      await stop();
      await startOperator();
    }
  });

  describe.skipIf(!LONG)("in the long form", () => {
    it("is taken by all that asks Trino by a port-forward", async () => {
      expect(await makeThere("e2e", "NAME=sample scale configuration-change", `IMG=${image}`)).not.toMatch(/\d+ failed/);
    });

    it("is taken by make demo", async ({ skip }) => {
      if (await find("trinocluster", DEMO.name, DEMO.namespace)) skip("somebody's demo is there, and would be changed");
      const output = await makeThere("demo", `IMG=${image}`);
      expect(output).toContain("trino> select name, count(*) as orders");
      expect(output).toContain("No S3 server was given");
      await deleteCluster(DEMO);
    });
  });
});

/** Starts `make run` and waits until it works; the function that it returns stops it and waits until it is gone. */
async function startMakeRun(kubeconfig: string): Promise<() => Promise<void>> {
  // In a process group of its own, as make does not pass signals on.
  const child: ChildProcess = spawn("make", ["run"], {
    cwd: REPOSITORY,
    env: shellEnvironment({ KUBECONFIG: kubeconfig }),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? 0)));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk));
  const stop = async (): Promise<void> => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  };
  const works = waitFor("the operator of make run to work", async () => {
    if (child.exitCode === null && !output.includes("controllers started")) throw new Error(output);
  });
  await works.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (child.exitCode !== null) throw new Error(`make run ended with ${child.exitCode}:\n${output}`);
  return stop;
}
