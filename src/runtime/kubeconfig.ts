/** A kubeconfig, for a process outside the cluster: all its forms, exec plugins included, through the official library. */
import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "./clock.ts";
import type { Connection, Credentials, Environment, TlsMaterial } from "./connection.ts";

/** How often the library is asked again: it renews tokens of exec plugins and re-reads token files. */
const MAX_AGE_MS = 60_000;

/** The connection that the kubeconfig's current context names. Throws when there is no kubeconfig or no such cluster. */
export async function loadKubeconfig(environment: Environment, clock: Clock): Promise<Connection> {
  const { KUBECONFIG } = environment;
  const config = new KubeConfig();
  if (KUBECONFIG === undefined) config.loadFromDefault();
  else for (const file of KUBECONFIG.split(":").filter((path) => path !== "")) mergeFile(config, file);
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error("the kubeconfig has no cluster for its current context; set KUBECONFIG");
  let current: Credentials = await readCredentials(config, undefined);
  let readAt = clock.monotonic();
  return {
    server: new URL(server),
    inCluster: false,
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? "default",
    invalidate: () => {
      readAt = Number.NEGATIVE_INFINITY;
    },
    credentials: async () => {
      if (clock.monotonic() - readAt < MAX_AGE_MS) return current;
      readAt = clock.monotonic();
      current = await readCredentials(config, current);
      return current;
    },
  };
}

function mergeFile(config: KubeConfig, file: string): void {
  const part = new KubeConfig();
  part.loadFromFile(file);
  if (config.clusters.length === 0)
    config.loadFromOptions({ clusters: part.clusters, users: part.users, contexts: part.contexts, currentContext: part.currentContext });
  else config.mergeConfig(part);
}

async function readCredentials(config: KubeConfig, previous: Credentials | undefined): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { Authorization: token } = (options.headers ?? {}) as Record<string, string | undefined>;
  const basic = typeof options.auth === "string" ? `Basic ${Buffer.from(options.auth).toString("base64")}` : undefined;
  const tls = pickTls(options);
  return { tls: previous !== undefined && isSameTls(previous.tls, tls) ? previous.tls : tls, authorization: token ?? basic };
}

const TLS_FIELDS = [
  "ca",
  "cert",
  "key",
  "pfx",
  "passphrase",
  "servername",
  "rejectUnauthorized",
] as const satisfies readonly (keyof TlsMaterial & keyof RequestOptions)[];

function pickTls(options: RequestOptions): TlsMaterial {
  const present = TLS_FIELDS.filter((field) => options[field] !== undefined).map((field) => [field, options[field]]);
  return Object.fromEntries(present) as TlsMaterial;
}

function isSameTls(a: TlsMaterial, b: TlsMaterial): boolean {
  return TLS_FIELDS.every((field) => String(a[field]) === String(b[field]));
}
