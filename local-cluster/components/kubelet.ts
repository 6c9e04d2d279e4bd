import { CLUSTER_DOMAIN, DNS_SERVICE_ADDRESS, NODE_ADDRESS, NODE_NAME } from "../addresses.ts";
import { CGROUP_ROOT } from "../cgroups.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { componentKubeconfig } from "../kubeconfigs.ts";
import { containerdSocket, pkiPath, statePath } from "../paths.ts";

const HEALTH_PORT = 10248;
const CONFIG_FILE = statePath("config", "kubelet.json");
const RESOLVER_FILE = statePath("config", "resolv.conf");

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
const CONFIG = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  address: NODE_ADDRESS,
  healthzBindAddress: NODE_ADDRESS,
  healthzPort: HEALTH_PORT,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: pkiPath("ca.crt") },
  },
  authorization: { mode: "Webhook" },
  tlsCertFile: pkiPath("server.crt"),
  tlsPrivateKeyFile: pkiPath("server.key"),
  containerRuntimeEndpoint: `unix://${containerdSocket()}`,
  podLogsDir: statePath("logs", "pods"),
  clusterDomain: CLUSTER_DOMAIN,
  clusterDNS: [DNS_SERVICE_ADDRESS],
  // The machine's own resolver is out of the pods' reach.
  resolvConf: RESOLVER_FILE,
  cgroupDriver: "cgroupfs",
  cgroupRoot: CGROUP_ROOT,
  failCgroupV1: false,
  failSwapOn: false,
  maxPods: 110,
  // A full disk or a busy machine shall fail a test by what it does, not by evicting pods.
  evictionHard: {
    "memory.available": "0%",
    "nodefs.available": "0%",
    "nodefs.inodesFree": "0%",
    "imagefs.available": "0%",
    "imagefs.inodesFree": "0%",
  },
  // Imported images could not be pulled again.
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  // Limits that protect large clusters would only slow down tests.
  eventRecordQPS: 0,
  registryPullQPS: 0,
  kubeAPIQPS: 200,
  kubeAPIBurst: 400,
  serializeImagePulls: false,
  // Containers may not lower it.
  oomScoreAdj: 0,
};

/**
 * The kubelet, which runs the pods:
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
 */
export const kubelet: Component = {
  name: "kubelet",
  endpoint: `https://${NODE_ADDRESS}:10250`,
  files: {
    [CONFIG_FILE]: JSON.stringify(CONFIG, null, 2),
    [RESOLVER_FILE]: `nameserver ${NODE_ADDRESS}\n`,
  },
  command: (programs) => [
    programs.kubelet,
    `--config=${CONFIG_FILE}`,
    `--kubeconfig=${componentKubeconfig("kubelet")}`,
    `--root-dir=${statePath("kubelet")}`,
    `--cert-dir=${statePath("kubelet", "pki")}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_ADDRESS}`,
    "--node-labels=topology.kubernetes.io/region=local,topology.kubernetes.io/zone=local-a",
  ],
  health: () => expectOk(`http://${NODE_ADDRESS}:${HEALTH_PORT}/healthz`),
};
