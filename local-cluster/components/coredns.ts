import { CLUSTER_DOMAIN, DNS_SERVICE_ADDRESS, NODE_ADDRESS } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { componentKubeconfig } from "../kubeconfigs.ts";
import { statePath } from "../paths.ts";

const READY_ADDRESS = `${NODE_ADDRESS}:8181`;
const COREFILE = statePath("config", "Corefile");

/**
 * Names of the cluster, and nothing else: any other name does not exist, which clients believe at once, while a
 * refusal would make them try again for seconds. https://coredns.io/plugins/kubernetes/
 */
const CONFIG = `.:53 {
  bind ${NODE_ADDRESS}
  errors
  health ${NODE_ADDRESS}:8080
  ready ${READY_ADDRESS}
  kubernetes ${CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {
    kubeconfig ${componentKubeconfig("coredns")}
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
  }
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;

/** CoreDNS, the DNS server of pods: a process of the node behind the Service `kube-dns`, so that it needs no image. */
export const coredns: Component = {
  name: "coredns",
  endpoint: `${DNS_SERVICE_ADDRESS}:53`,
  files: { [COREFILE]: CONFIG },
  command: (programs) => [programs.coredns, "-conf", COREFILE],
  health: () => expectOk(`http://${READY_ADDRESS}/ready`),
};
