/** Where the API server is and who we are to it. */

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
