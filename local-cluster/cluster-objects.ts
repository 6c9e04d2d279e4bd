/** The Kubernetes objects that belong to the cluster itself. */
import { DNS_SERVICE_ADDRESS, NODE_ADDRESS, S3_PORT } from "./addresses.ts";
import { STORAGE_NAME, STORAGE_NAMESPACE } from "./components/local-path-provisioner.ts";

/** A port of a Service and of the process behind it. */
interface Port {
  readonly name: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

/** A List of all objects, to be applied: Services for DNS and S3, which are no pods, and the default StorageClass. */
export const clusterObjects = (): unknown => ({
  apiVersion: "v1",
  kind: "List",
  items: [
    ...serviceOfNode("kube-system", "kube-dns", DNS_PORTS, { clusterIP: DNS_SERVICE_ADDRESS }),
    namespace("local-s3"),
    ...serviceOfNode("local-s3", "s3", [{ name: "http", port: S3_PORT, protocol: "TCP" }], {}),
    namespace(STORAGE_NAMESPACE),
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: STORAGE_NAME, namespace: STORAGE_NAMESPACE },
    },
    VOLUME_SCRIPTS,
    DEFAULT_STORAGE_CLASS,
  ],
});

const DNS_PORTS: readonly Port[] = [
  { name: "dns", port: 53, protocol: "UDP" },
  { name: "dns-tcp", port: 53, protocol: "TCP" },
];

const namespace = (name: string): unknown => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

/** A Service without a selector and its only endpoint, the node: https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors */
function serviceOfNode(namespace: string, name: string, ports: readonly Port[], spec: object): readonly unknown[] {
  return [
    { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { ...spec, ports } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-node`, namespace, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: [{ addresses: [NODE_ADDRESS], conditions: { ready: true } }],
      ports,
    },
  ];
}

/** What the helper pods of the provisioner run. Volumes are writable for all, as containers have users of their own. */
const VOLUME_SCRIPTS = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: STORAGE_NAME, namespace: STORAGE_NAMESPACE },
  data: {
    setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
    teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
  },
};

const DEFAULT_STORAGE_CLASS = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "local-path", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "rancher.io/local-path",
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
};
