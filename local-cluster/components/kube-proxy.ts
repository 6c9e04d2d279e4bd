import { NODE_ADDRESS, NODE_NAME, POD_RANGE } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { componentKubeconfig } from "../kubeconfigs.ts";
import { statePath } from "../paths.ts";

const HEALTH_ADDRESS = `${NODE_ADDRESS}:10256`;
const CONFIG_FILE = statePath("config", "kube-proxy.json");

/** https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ */
const CONFIG = {
  apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
  kind: "KubeProxyConfiguration",
  clientConnection: { kubeconfig: componentKubeconfig("kube-proxy"), qps: 50, burst: 100 },
  hostnameOverride: NODE_NAME,
  bindAddress: NODE_ADDRESS,
  healthzBindAddress: HEALTH_ADDRESS,
  metricsBindAddress: `${NODE_ADDRESS}:10249`,
  mode: "iptables",
  clusterCIDR: POD_RANGE,
  // Zero leaves the kernel's limits as they are: they cannot be written in a network namespace.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  // Containers may not lower it, and kube-proxy would stop when it cannot.
  oomScoreAdj: 0,
};

/** kube-proxy, which turns the addresses of Services into those of pods by firewall rules. */
export const kubeProxy: Component = {
  name: "kube-proxy",
  endpoint: `http://${HEALTH_ADDRESS}`,
  files: { [CONFIG_FILE]: JSON.stringify(CONFIG, null, 2) },
  command: (programs) => [programs["kube-proxy"], `--config=${CONFIG_FILE}`],
  health: () => expectOk(`http://${HEALTH_ADDRESS}/healthz`),
};
