import { NODE_ADDRESS } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { componentKubeconfig } from "../kubeconfigs.ts";
import { pkiPath } from "../paths.ts";

const URL = `https://${NODE_ADDRESS}:10257`;

/**
 * The controllers of Kubernetes' own resources:
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/
 */
export const kubeControllerManager: Component = {
  name: "kube-controller-manager",
  endpoint: URL,
  command: (programs) => [
    programs["kube-controller-manager"],
    ...["", "authentication-", "authorization-"].map(
      (purpose) => `--${purpose}kubeconfig=${componentKubeconfig("kube-controller-manager")}`,
    ),
    `--bind-address=${NODE_ADDRESS}`,
    `--tls-cert-file=${pkiPath("server.crt")}`,
    `--tls-private-key-file=${pkiPath("server.key")}`,
    // The only one of its kind: waiting for a lease would only delay it.
    "--leader-elect=false",
    // A user for each controller, as in real clusters: the audit log tells them apart.
    "--use-service-account-credentials=true",
    `--root-ca-file=${pkiPath("ca.crt")}`,
    `--service-account-private-key-file=${pkiPath("service-accounts.key")}`,
    `--cluster-signing-cert-file=${pkiPath("ca.crt")}`,
    `--cluster-signing-key-file=${pkiPath("ca.key")}`,
    // Tests start many things at once. A node's grace period, though, stays long: when the machine is so busy that
    // the kubelet's heartbeats are late, losing the only node would evict every pod.
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    "--node-monitor-grace-period=120s",
  ],
  health: () => expectOk(`${URL}/healthz`),
};
