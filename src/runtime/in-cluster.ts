/** The service account of a pod. Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import type { Connection, Credentials, Environment, TlsMaterial } from "./connection.ts";

/** Where the kubelet mounts the token, the CA and the namespace. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet rotates a token at 80 % of its life, at the earliest after minutes; client-go re-reads each minute, too. */
const MAX_AGE_MS = 60_000;

/** The connection from inside a pod. Throws when the files or the environment of a pod are not there. */
export async function loadInCluster(environment: Environment, options: { clock: Clock; folder?: string }): Promise<Connection> {
  const folder = options.folder ?? SERVICE_ACCOUNT;
  const server = serverUrl(environment);
  const namespace = (await readFile(join(folder, "namespace"), "utf8")).trim();
  let current: Credentials = await readCredentials(folder, undefined);
  let readAt = options.clock.monotonic();
  let valid = true;
  return {
    server,
    inCluster: true,
    namespace,
    invalidate: () => {
      valid = false;
    },
    credentials: async () => {
      const now = options.clock.monotonic();
      if (valid && now - readAt < MAX_AGE_MS) return current;
      // Set before the read: requests that arrive meanwhile take the old credentials, and do not all read the disk.
      readAt = now;
      valid = true;
      current = await readCredentials(folder, current);
      return current;
    },
  };
}

function serverUrl({ KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = "443" }: Environment): URL {
  if (host === undefined) throw new Error("not in a pod: KUBERNETES_SERVICE_HOST is not set");
  return new URL(`https://${host.includes(":") ? `[${host}]` : host}:${port}`);
}

async function readCredentials(folder: string, previous: Credentials | undefined): Promise<Credentials> {
  const [token, ca] = await Promise.all([readFile(join(folder, "token"), "utf8"), readFile(join(folder, "ca.crt"), "utf8")]);
  // The same CA keeps the same object: a new one makes the client open new connections.
  const tls: TlsMaterial = previous?.tls.ca === ca ? previous.tls : { ca };
  return { tls, authorization: `Bearer ${token.trim()}` };
}
