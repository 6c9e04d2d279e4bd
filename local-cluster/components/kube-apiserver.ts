import { API_PORT, API_URL, CLUSTER_DOMAIN, NODE_ADDRESS, SERVICE_RANGE } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { auditLogPath, pkiPath, statePath } from "../paths.ts";
import { ETCD_URL } from "./etcd.ts";

const AUDIT_POLICY_FILE = statePath("config", "audit-policy.json");

/**
 * Every request with its user, verb and resource, once: when its answer is complete, or for a watch also when it
 * starts. https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
const AUDIT_POLICY = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  omitManagedFields: true,
  rules: [{ level: "Metadata" }],
};

/**
 * The API server, with the admission plugins that are on by default, PodSecurity among them:
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/
 */
export const kubeApiserver: Component = {
  name: "kube-apiserver",
  endpoint: API_URL,
  files: { [AUDIT_POLICY_FILE]: JSON.stringify(AUDIT_POLICY, null, 2) },
  command: (programs) => [
    programs["kube-apiserver"],
    `--etcd-servers=${ETCD_URL}`,
    "--bind-address=0.0.0.0",
    `--advertise-address=${NODE_ADDRESS}`,
    `--secure-port=${API_PORT}`,
    `--service-cluster-ip-range=${SERVICE_RANGE}`,
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    ...keyFlags(),
    ...aggregationFlags(),
    // Otherwise it would resolve the node's name, which no DNS server knows, for logs and exec.
    "--kubelet-preferred-address-types=InternalIP",
    ...auditFlags(),
  ],
  health: () => expectOk(`${API_URL}/readyz`),
};

const keyFlags = (): readonly string[] => [
  `--tls-cert-file=${pkiPath("server.crt")}`,
  `--tls-private-key-file=${pkiPath("server.key")}`,
  `--client-ca-file=${pkiPath("ca.crt")}`,
  `--kubelet-certificate-authority=${pkiPath("ca.crt")}`,
  `--kubelet-client-certificate=${pkiPath("apiserver-kubelet-client.crt")}`,
  `--kubelet-client-key=${pkiPath("apiserver-kubelet-client.key")}`,
  `--service-account-issuer=https://kubernetes.default.svc.${CLUSTER_DOMAIN}`,
  `--service-account-key-file=${pkiPath("service-accounts.pub")}`,
  `--service-account-signing-key-file=${pkiPath("service-accounts.key")}`,
];

/**
 * For API servers behind this one; the controllers also read these settings, and complain until they are there.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
 */
const aggregationFlags = (): readonly string[] => [
  `--requestheader-client-ca-file=${pkiPath("ca.crt")}`,
  "--requestheader-allowed-names=front-proxy-client",
  "--requestheader-username-headers=X-Remote-User",
  "--requestheader-group-headers=X-Remote-Group",
  "--requestheader-extra-headers-prefix=X-Remote-Extra-",
  `--proxy-client-cert-file=${pkiPath("front-proxy-client.crt")}`,
  `--proxy-client-key-file=${pkiPath("front-proxy-client.key")}`,
];

/** Sizes in megabytes: a whole test run fits into one file, so that who counts in it need not look into others. */
const auditFlags = (): readonly string[] => [
  `--audit-policy-file=${AUDIT_POLICY_FILE}`,
  `--audit-log-path=${auditLogPath()}`,
  "--audit-log-maxsize=1000",
  "--audit-log-maxbackup=2",
];
