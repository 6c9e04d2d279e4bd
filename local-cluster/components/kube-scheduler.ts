import { NODE_ADDRESS } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { componentKubeconfig } from "../kubeconfigs.ts";
import { pkiPath } from "../paths.ts";

const URL = `https://${NODE_ADDRESS}:10259`;

/** The scheduler: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/ */
export const kubeScheduler: Component = {
  name: "kube-scheduler",
  endpoint: URL,
  command: (programs) => [
    programs["kube-scheduler"],
    ...["", "authentication-", "authorization-"].map((purpose) => `--${purpose}kubeconfig=${componentKubeconfig("kube-scheduler")}`),
    `--bind-address=${NODE_ADDRESS}`,
    `--tls-cert-file=${pkiPath("server.crt")}`,
    `--tls-private-key-file=${pkiPath("server.key")}`,
    "--leader-elect=false",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
  ],
  health: () => expectOk(`${URL}/healthz`),
};
