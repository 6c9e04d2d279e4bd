/** Proofs that the cluster works, from outside of it and without starting a pod, so that they cost milliseconds. */
import { Resolver } from "node:dns/promises";
import { API_SERVICE_ADDRESS, CLUSTER_DOMAIN, DNS_SERVICE_ADDRESS, NODE_NAME, S3_PORT } from "./addresses.ts";
import { expectOk } from "./health.ts";
import { kubectl } from "./kubectl.ts";
import type { Programs } from "./programs.ts";

/** Throws unless the node is Ready. */
export async function expectNodeReady(programs: Pick<Programs, "kubectl">): Promise<void> {
  const query = '{.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].message}';
  const answer = await kubectl(programs, ["get", "node", NODE_NAME, "-o", `jsonpath=${query}`]);
  if (!answer.startsWith("True ")) throw new Error(`the node is not Ready: ${answer}`);
}

/** Throws unless CoreDNS answers at its Service's address and the API server and S3 at theirs: it takes kube-proxy's rules to get there. */
export async function expectServicesReachable(): Promise<void> {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([DNS_SERVICE_ADDRESS]);
  const [address] = await resolver.resolve4(`kubernetes.default.svc.${CLUSTER_DOMAIN}`);
  if (address !== API_SERVICE_ADDRESS) throw new Error(`the DNS server takes the API server for ${address}`);
  await expectOk(`https://${API_SERVICE_ADDRESS}/readyz`);
  const [s3] = await resolver.resolve4(`s3.local-s3.svc.${CLUSTER_DOMAIN}`);
  await expectOk(`http://${s3}:${S3_PORT}/health`);
}

/** Throws unless there is a default StorageClass. */
export async function expectDefaultStorageClass(programs: Pick<Programs, "kubectl">): Promise<void> {
  const list = JSON.parse(await kubectl(programs, ["get", "storageclass", "-o", "json"])) as {
    items: readonly { metadata: { annotations?: Readonly<Record<string, string>> } }[];
  };
  const isDefault = "storageclass.kubernetes.io/is-default-class";
  if (!list.items.some(({ metadata }) => metadata.annotations?.[isDefault] === "true")) throw new Error("there is no default StorageClass");
}
