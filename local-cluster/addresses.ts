/**
 * Every address and name of the local cluster, in one place.
 *
 * All of them lie in 198.18.0.0/15, the range that RFC 2544 sets aside for tests: it is routed nowhere, and no home,
 * office or cloud network uses it, so the cluster collides with nothing on the machine.
 */

/** The network namespace of the cluster, see `ip-netns(8)`. */
export const NAMESPACE = "trino-operator";

/** The file that stands for the network namespace; `nsenter --net=` takes it. */
export const NAMESPACE_FILE: string = `/var/run/netns/${NAMESPACE}`;

/** The name of the only node. */
export const NODE_NAME = "local";

/** The address of the node: of the API server, the kubelet, and every other component that listens. */
export const NODE_ADDRESS = "198.18.255.1";

/** The bridge without ports that carries the node's address, because not every kernel has dummy devices. */
export const NODE_DEVICE = "node0";

/** The addresses of pods. */
export const POD_RANGE = "198.18.0.0/17";

/** The virtual addresses of Services. */
export const SERVICE_RANGE = "198.19.0.0/16";

/** The first address of the service range, which Kubernetes gives to its own API server. */
export const API_SERVICE_ADDRESS = "198.19.0.1";

/** The DNS server of pods. */
export const DNS_SERVICE_ADDRESS = "198.19.0.10";

/** The suffix of Services' names. */
export const CLUSTER_DOMAIN = "cluster.local";

/** The machine's end of the wire (veth pair) between the machine and the namespace; pods reach the machine by it. */
export const HOST_ADDRESS = "198.18.254.1";

/** The namespace's end of the wire. */
export const GATEWAY_ADDRESS = "198.18.254.2";

/** The device of the machine's end of the wire; at most 15 characters. */
export const HOST_DEVICE = "trino-op-host";

/** The device of the namespace's end of the wire. */
export const GATEWAY_DEVICE = "trino-op-wire";

/** The port of the API server. */
export const API_PORT = 6443;

/** Where the API server answers, the same inside and outside of the namespace. */
export const API_URL: string = `https://${NODE_ADDRESS}:${API_PORT}`;

/** The port of the S3 server, on the node's address and in the Service `s3` of the Kubernetes namespace `local-s3`. */
export const S3_PORT = 7070;

/** The fixed keys of the S3 server and its first bucket; they guard nothing, as the server is reached from this machine only. */
export const S3: {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly bucket: string;
  /** The endpoint for pods. */
  readonly inCluster: string;
  /** The endpoint for processes of the machine. */
  readonly outside: string;
} = {
  accessKey: "local-access-key",
  secretKey: "local-secret-key",
  region: "us-east-1",
  bucket: "lake",
  inCluster: `http://s3.local-s3.svc.${CLUSTER_DOMAIN}:${S3_PORT}`,
  outside: `http://${NODE_ADDRESS}:${S3_PORT}`,
};
