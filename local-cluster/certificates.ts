/** The cluster's own certification authority and what it signs, made by `openssl` in about a second. */
import { mkdir, writeFile } from "node:fs/promises";
import { API_SERVICE_ADDRESS, CLUSTER_DOMAIN, GATEWAY_ADDRESS, NODE_ADDRESS, NODE_NAME } from "./addresses.ts";
import { pkiPath } from "./paths.ts";
import { run } from "./progress.ts";

/** Who a client certificate says that its bearer is: Kubernetes reads the user from CN and the group from O. */
interface Identity {
  readonly user: string;
  readonly group?: string;
}

const SERVER_NAMES = [
  "DNS:localhost",
  "DNS:kubernetes",
  "DNS:kubernetes.default",
  "DNS:kubernetes.default.svc",
  `DNS:kubernetes.default.svc.${CLUSTER_DOMAIN}`,
  `DNS:${NODE_NAME}`,
  "IP:127.0.0.1",
  `IP:${API_SERVICE_ADDRESS}`,
  `IP:${NODE_ADDRESS}`,
  `IP:${GATEWAY_ADDRESS}`,
].join(",");

/**
 * The client certificates by file name. Components that are no part of Kubernetes have users of their own, so that
 * the audit log tells them apart, in the group that may do everything, which spares roles for them.
 *
 * https://kubernetes.io/docs/setup/best-practices/certificates/
 */
const CLIENTS: Readonly<Record<string, Identity>> = {
  admin: { user: "kubernetes-admin", group: "system:masters" },
  "apiserver-kubelet-client": { user: "kube-apiserver-kubelet-client", group: "system:masters" },
  "front-proxy-client": { user: "front-proxy-client" },
  "kube-controller-manager": { user: "system:kube-controller-manager" },
  "kube-scheduler": { user: "system:kube-scheduler" },
  "kube-proxy": { user: "system:kube-proxy" },
  kubelet: { user: `system:node:${NODE_NAME}`, group: "system:nodes" },
  coredns: { user: "local-cluster:coredns", group: "system:masters" },
  "local-path-provisioner": { user: "local-cluster:local-path-provisioner", group: "system:masters" },
};

/** Makes all keys and certificates anew: the CA, one serving certificate, the clients', the service accounts' key. */
export async function makeCertificates(): Promise<void> {
  await mkdir(pkiPath(""), { recursive: true, mode: 0o700 });
  await makeAuthority();
  await makeCertificate("server", { user: NODE_NAME }, `subjectAltName=${SERVER_NAMES}`, "serverAuth");
  for (const [name, identity] of Object.entries(CLIENTS)) await makeCertificate(name, identity, "", "clientAuth");
  await run("openssl", ["genrsa", "-out", pkiPath("service-accounts.key"), "2048"]);
  await run("openssl", ["rsa", "-in", pkiPath("service-accounts.key"), "-pubout", "-out", pkiPath("service-accounts.pub")]);
}

async function makeAuthority(): Promise<void> {
  const extensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign,digitalSignature";
  await request("ca", "/CN=trino-operator-local-cluster", extensions, []);
}

async function makeCertificate(name: string, identity: Identity, names: string, usage: string): Promise<void> {
  const subject = `${identity.group ? `/O=${identity.group}` : ""}/CN=${identity.user}`;
  const extensions = `basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=${usage}\n${names}`;
  await request(name, subject, extensions, ["-CA", pkiPath("ca.crt"), "-CAkey", pkiPath("ca.key")]);
}

/** Makes a key and a certificate in one go. The configuration is ours: Debian's would make every one a CA. */
async function request(name: string, subject: string, extensions: string, signer: readonly string[]): Promise<void> {
  const configuration = pkiPath(`${name}.cnf`);
  await writeFile(configuration, `[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n${extensions}\n`);
  await run("openssl", [
    "req",
    "-x509",
    ...signer,
    "-config",
    configuration,
    "-subj",
    subject,
    "-days",
    "3650",
    "-nodes",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-keyout",
    pkiPath(`${name}.key`),
    "-out",
    pkiPath(`${name}.crt`),
  ]);
}
