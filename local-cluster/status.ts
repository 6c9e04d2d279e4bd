/** `cluster-status`: what runs, how it is, and how to reach it. */
import { join } from "node:path";
import { API_URL, CLUSTER_DOMAIN, DNS_SERVICE_ADDRESS, HOST_ADDRESS, NODE_ADDRESS, POD_RANGE, S3, SERVICE_RANGE } from "./addresses.ts";
import type { Component } from "./component.ts";
import { COMPONENTS } from "./components.ts";
import { kubectl } from "./kubectl.ts";
import { auditLogPath, binPath, kubeconfigPath, statePath } from "./paths.ts";
import { runningProcess } from "./processes.ts";
import { expectNodeReady, expectServicesReachable } from "./ready.ts";

/** Prints the state of each component and returns whether the whole cluster works. */
export async function status(): Promise<boolean> {
  const clients = { kubectl: join(binPath(), "kubectl") };
  const parts = await Promise.all([
    ...COMPONENTS.map(componentState),
    checkState("node Ready", () => expectNodeReady(clients)),
    checkState("Services reachable", expectServicesReachable),
  ]);
  process.stdout.write(row("COMPONENT", "PID", "HEALTH", "ENDPOINT"));
  for (const { name, pid, problem, endpoint } of parts) {
    process.stdout.write(row(name, pid ? String(pid) : "-", problem === undefined ? "ok" : "NOT OK", endpoint));
  }
  const problems = parts.filter(({ problem }) => problem !== undefined);
  if (problems.length === 0) {
    process.stdout.write(`\n${await versions(clients)}\n${connectionHelp()}`);
    return true;
  }
  process.stdout.write(`\n${problems.map(({ name, problem }) => `${name}: ${problem}\n`).join("")}`);
  process.stdout.write("\nThe cluster is not up: make cluster-up\n");
  return false;
}

/** How to reach the cluster, for people: each line can be pasted into a shell or a configuration. */
export function connectionHelp(): string {
  return [
    `export KUBECONFIG=${kubeconfigPath()}`,
    `export PATH=${binPath()}:$PATH        # kubectl and helm`,
    "",
    `API server   ${API_URL}`,
    `DNS          ${DNS_SERVICE_ADDRESS} (${CLUSTER_DOMAIN})`,
    `addresses    pods ${POD_RANGE}, Services ${SERVICE_RANGE}, node ${NODE_ADDRESS}: all reachable from this machine; pods reach it at ${HOST_ADDRESS}`,
    `S3           ${S3.inCluster} in pods, ${S3.outside} outside; region ${S3.region}, bucket ${S3.bucket}`,
    `S3 keys      ${S3.accessKey} / ${S3.secretKey}`,
    `audit log    ${auditLogPath()}`,
    `logs         ${statePath("logs")}`,
    "",
  ].join("\n");
}

/** A line of the table. */
interface State {
  readonly name: string;
  readonly pid?: number;
  /** What is wrong, if anything is. */
  readonly problem: string | undefined;
  readonly endpoint: string;
}

async function componentState({ name, endpoint, health }: Component): Promise<State> {
  const pid = (await runningProcess(name))?.pid;
  return pid ? { name, pid, problem: await problemOf(health), endpoint } : { name, problem: "is not running", endpoint };
}

async function checkState(name: string, check: () => Promise<unknown>): Promise<State> {
  return { name, problem: await problemOf(check), endpoint: "" };
}

async function problemOf(check: () => Promise<unknown>): Promise<string | undefined> {
  return check().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

async function versions(clients: { readonly kubectl: string }): Promise<string> {
  const query =
    "Kubernetes {.items[0].status.nodeInfo.kubeletVersion}, {.items[0].status.nodeInfo.containerRuntimeVersion}, kernel {.items[0].status.nodeInfo.kernelVersion}\n";
  return kubectl(clients, ["get", "nodes", "-o", `jsonpath=${query}`]);
}

function row(name: string, pid: string, health: string, endpoint: string): string {
  const line = [name.padEnd(25), pid.padEnd(8), health.padEnd(8), endpoint].join(" ");
  return `${line.trimEnd()}\n`;
}
