/** Where the API server is and who we are to it. */
import type { Clock } from "./clock.ts";
import { loadInCluster } from "./in-cluster.ts";

/** TLS material; the identity of the object changes when (and only when) something in it did. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | readonly (string | Buffer)[];
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly pfx?: string | Buffer;
  readonly passphrase?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Credentials as they are now. */
export interface Credentials {
  readonly tls: TlsMaterial;
  /** The value of the Authorization header, or undefined when a client certificate does it. */
  readonly authorization: string | undefined;
}

/** A way to the API server. */
export interface Connection {
  readonly server: URL;
  /** Whether this process runs in a pod of the cluster that it talks to. */
  readonly inCluster: boolean;
  /** The namespace of the pod, or of the kubeconfig's context. */
  readonly namespace: string;
  /** The credentials, re-read when they are older than a minute. Throws when they cannot be read at all. */
  credentials(): Promise<Credentials>;
  /** Makes the next `credentials()` read again: the server answered 401. */
  invalidate(): void;
}

/** The environment variables that decide where to connect. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Inside a pod its service account; outside `KUBECONFIG` or `~/.kube/config`. Throws when there is neither.
 * `SERVICE_ACCOUNT_DIRECTORY` names the place of token, CA and namespace where it is not the usual one.
 */
export async function loadConnection(environment: Environment, clock: Clock): Promise<Connection> {
  const { KUBECONFIG, KUBERNETES_SERVICE_HOST, SERVICE_ACCOUNT_DIRECTORY: folder } = environment;
  if (KUBECONFIG === undefined && KUBERNETES_SERVICE_HOST !== undefined)
    return loadInCluster(environment, { clock, ...(folder === undefined ? {} : { folder }) });
  // Imported only here: the library costs 85 MB of memory and a quarter of a second, which a pod never pays.
  const { loadKubeconfig } = await import("./kubeconfig.ts");
  return loadKubeconfig(environment, clock);
}
