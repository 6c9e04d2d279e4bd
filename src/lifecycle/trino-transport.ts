/**
 * Two ways to a Trino process: straight to the pod from inside the cluster, by port-forward from outside.
 *
 * The API server's pod proxy is no way: it adds `X-Forwarded-For`, and Trino answers 406 to that unless it is told otherwise.
 */
import { request } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { TrinoEndpoint, TrinoSend } from "./trino-client.ts";

const TIMEOUT_MS = 10_000;

/** Speaks to the pod's address: for an operator that runs in the cluster. */
export const directTransport: TrinoSend = (endpoint, { method, path, headers, body }) =>
  new Promise((resolve, reject) => {
    const options = { host: endpoint.ip, port: endpoint.port, method, path, headers, timeout: TIMEOUT_MS };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
    });
    call.once("timeout", () => call.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    call.once("error", reject);
    call.end(body);
  });

/** Speaks through `pods/NAME/portforward` with the rights of the kubeconfig's user: for an operator that runs outside. */
export function portForwardTransport(): TrinoSend {
  return async (endpoint, request) => {
    const server = await listen(await forwarder(endpoint));
    try {
      const { port } = server.address() as AddressInfo;
      return await directTransport({ ...endpoint, ip: "127.0.0.1", port }, request);
    } finally {
      server.close();
    }
  };
}

/** A local port each of whose connections is one to the pod. */
async function forwarder({ namespace, pod, port }: TrinoEndpoint): Promise<Server> {
  const { KubeConfig, PortForward } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromDefault();
  const forward = new PortForward(config);
  return createServer((socket) => {
    forward.portForward(namespace, pod, [port], socket, null, socket).catch((error: Error) => socket.destroy(error));
    socket.once("error", () => socket.destroy());
  });
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}
