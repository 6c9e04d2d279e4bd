/**
 * A control plane of a test's own: etcd, kube-apiserver and, where asked, kube-controller-manager, on free ports of the loopback
 * device. No node, no pods: what runs there is the API alone, so that it can be stopped, frozen, filled and thrown away.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../../local-cluster/wait.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import { freePorts, type OwnedProcess, startOwned } from "./processes.ts";
import { type ControlPlanePrograms, controlPlanePrograms } from "./versions.ts";

/** A running control plane. */
export interface ControlPlane {
  /** Such as `https://127.0.0.1:41234`. */
  readonly url: string;
  /** The path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** The path of the API server's audit log. */
  readonly auditLog: string;
  /** Writes a kubeconfig for a user, reached at `server` (the API server itself unless told) in a namespace (`default`); returns its path. */
  readonly kubeconfigFor: (user: string, server?: string, namespace?: string) => Promise<string>;
  readonly etcd: OwnedProcess;
  /** As it runs now: another after a restart. */
  readonly apiServer: () => OwnedProcess;
  /** Starts the API server anew, and waits until it is ready. */
  readonly restartApiServer: () => Promise<void>;
  /** Starts the controllers of these names later than the control plane; see `kube-controller-manager --controllers`. */
  readonly startControllers: (names: readonly string[]) => void;
  readonly stop: () => Promise<void>;
}

/** What to start. */
export interface ControlPlaneOptions {
  /** Those of the version that KUBERNETES names, such as `1.30`, unless told; without it those of the local cluster. */
  readonly programs?: ControlPlanePrograms;
  /** Whether controllers run: garbage collection, namespaces, ReplicaSets. */
  readonly controllers?: boolean;
  /** Further users: name → groups. The administrator is always there. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** Further flags of the API server. */
  readonly flags?: readonly string[];
}

const ADMINISTRATOR = "administrator";

interface Place {
  readonly directory: string;
  readonly programs: ControlPlanePrograms;
  readonly etcdUrl: string;
  readonly port: number;
  readonly options: ControlPlaneOptions;
}

/** Starts one and waits until it is ready: about five seconds. Whoever starts it stops it. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = options.programs ?? (await controlPlanePrograms(process.env["KUBERNETES"]));
  const directory = await mkdtemp(join(tmpdir(), "control-plane-"));
  const [client = 0, peer = 0, port = 0] = await freePorts(3);
  const place: Place = { directory, programs, etcdUrl: `http://127.0.0.1:${client}`, port, options };
  const tokens = await writeFiles(place);
  const url = `https://127.0.0.1:${port}`;
  const kubeconfigFor = async (user: string, server = url, namespace = "default"): Promise<string> => {
    const path = join(directory, `kubeconfig-${user.replaceAll(/[^a-z0-9-]/gu, "-")}-${randomBytes(2).toString("hex")}`);
    await writeFile(path, kubeconfigOf(directory, { server, namespace, token: tokens.get(user) ?? "" }));
    return path;
  };
  const etcd = startOwned(etcdCommand(place, peer), join(directory, "etcd.log"));
  let apiServer = startApiServer(place);
  const kubeconfig = await kubeconfigFor(ADMINISTRATOR);
  await becomesReady(kubeconfig, apiServer);
  const startControllers = (names: readonly string[]): OwnedProcess =>
    startOwned(controllersCommand(place, kubeconfig, names), join(directory, "controllers.log"));
  let controllers = options.controllers === true ? startControllers(["*"]) : undefined;
  if (controllers) await controllersRun(kubeconfig, controllers);
  return {
    url,
    kubeconfig,
    auditLog: join(directory, "audit.log"),
    kubeconfigFor,
    etcd,
    apiServer: () => apiServer,
    restartApiServer: async () => {
      await apiServer.stop();
      apiServer = startApiServer(place);
      await becomesReady(kubeconfig, apiServer);
    },
    startControllers: (names) => {
      controllers = startControllers(names);
    },
    stop: async () => {
      await controllers?.stop(2_000);
      await apiServer.stop(2_000);
      await etcd.stop(2_000);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Static tokens, as `--token-auth-file` wants them: https://kubernetes.io/docs/reference/access-authn-authz/authentication/ */
async function writeFiles({ directory, options }: Place): Promise<ReadonlyMap<string, string>> {
  const users = Object.entries({ [ADMINISTRATOR]: ["system:masters"], ...options.users });
  const tokens = new Map(users.map(([user]) => [user, randomBytes(16).toString("hex")]));
  const lines = users.map(([user, groups]) => `${tokens.get(user)},${user},${user},"${groups.join(",")}"`);
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const policy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    omitManagedFields: true,
    rules: [{ level: "Metadata" }],
  };
  await writeFile(join(directory, "tokens.csv"), `${lines.join("\n")}\n`, { mode: 0o600 });
  await writeFile(join(directory, "service-accounts.key"), keys.privateKey, { mode: 0o600 });
  await writeFile(join(directory, "service-accounts.pub"), keys.publicKey);
  await writeFile(join(directory, "audit-policy.json"), JSON.stringify(policy));
  return tokens;
}

function etcdCommand({ directory, programs, etcdUrl }: Place, peerPort: number): readonly string[] {
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    programs.etcd,
    "--name=test",
    `--data-dir=${join(directory, "etcd")}`,
    `--listen-client-urls=${etcdUrl}`,
    `--advertise-client-urls=${etcdUrl}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
    "--unsafe-no-fsync",
    "--log-level=error",
  ];
}

function startApiServer({ directory, programs, etcdUrl, port, options }: Place): OwnedProcess {
  const file = (name: string): string => join(directory, name);
  const command = [
    programs["kube-apiserver"],
    `--etcd-servers=${etcdUrl}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    // It signs its own serving certificate, and the kubeconfig trusts that one.
    `--cert-dir=${file("tls")}`,
    "--service-cluster-ip-range=10.99.0.0/16",
    "--authorization-mode=RBAC",
    `--token-auth-file=${file("tokens.csv")}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${file("service-accounts.pub")}`,
    `--service-account-signing-key-file=${file("service-accounts.key")}`,
    `--audit-policy-file=${file("audit-policy.json")}`,
    `--audit-log-path=${file("audit.log")}`,
    "--audit-log-maxsize=4000",
    "--endpoint-reconciler-type=none",
    ...(options.flags ?? []),
  ];
  return startOwned(command, file("kube-apiserver.log"));
}

function controllersCommand({ directory, programs }: Place, kubeconfig: string, names: readonly string[]): readonly string[] {
  return [
    programs["kube-controller-manager"],
    ...["", "authentication-", "authorization-"].map((purpose) => `--${purpose}kubeconfig=${kubeconfig}`),
    // Nobody asks it, and on a busy machine a port that was free is taken by the time it starts: then it ends at once.
    "--secure-port=0",
    "--leader-elect=false",
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${join(directory, "service-accounts.key")}`,
    `--controllers=${names.join(",")}`,
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
  ];
}

function kubeconfigOf(directory: string, { server, namespace, token }: Readonly<Record<"server" | "namespace" | "token", string>>): string {
  const name = "test";
  // The self-signed certificate is made when the API server first starts; the file is read when a client is.
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority": join(directory, "tls", "apiserver.crt") } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    "current-context": name,
  });
}

/** Ready also means that a namespace can be read, which takes a moment longer than the first answer. */
async function becomesReady(kubeconfig: string, apiServer: OwnedProcess): Promise<void> {
  const type = { apiVersion: "v1", kind: "Namespace", plural: "namespaces", namespaced: false } as const;
  await waitFor(`the API server (log: ${apiServer.log})`, async () => {
    if (apiServer.hasEnded()) return;
    const client = createClient(await loadConnection({ KUBECONFIG: kubeconfig }, systemClock));
    await client.get(type, { namespace: "", name: "default" }).finally(() => client.close());
  });
  if (apiServer.hasEnded()) throw new Error(`the API server ended at once, see ${apiServer.log}`);
}

/** They are slow to start on a busy machine: the ServiceAccount of a namespace is made by one of them. */
async function controllersRun(kubeconfig: string, controllers: OwnedProcess): Promise<void> {
  const type = { apiVersion: "v1", kind: "ServiceAccount", plural: "serviceaccounts", namespaced: true } as const;
  await waitFor(`the controllers (log: ${controllers.log})`, async () => {
    if (controllers.hasEnded()) return;
    const client = createClient(await loadConnection({ KUBECONFIG: kubeconfig }, systemClock));
    await client.get(type, { namespace: "default", name: "default" }).finally(() => client.close());
  });
  if (controllers.hasEnded()) throw new Error(`kube-controller-manager ended at once, see ${controllers.log}`);
}
